/** A path of the console: begins with one slash, and has nothing in it that a browser would read as another address. */
const PATH = /^\/(?![/\\])[!-[\]-~]*$/
const MAX_LENGTH = 2048

/** Whether a browser may be sent there once somebody has signed in. */
export const isReturnPath = (path: string) => path.length <= MAX_LENGTH && PATH.test(path)
