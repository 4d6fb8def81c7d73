/** The column that makes spellings of one address collide; nothing where no address is given. */
export const emailKeyOf = ({ email }: { email?: string | null }) =>
  email === undefined ? {} : { emailKey: email === null ? null : email.toLowerCase() }
