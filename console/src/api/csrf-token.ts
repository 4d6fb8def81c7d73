/** What `X-CSRF-Token` is to hold; it is in memory alone, and undefined while nobody is signed in. */
export const csrfToken: { value: string | undefined } = { value: undefined }
