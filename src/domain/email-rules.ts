import { modelRefused } from './errors.ts'

/** Characters. */
export const MAX_EMAIL = 320

/** Asks for something, an @, something else, and a length that can be stored; not for all that RFC 5321 does. */
export function emailProblem(email: string): string | undefined {
  if (email.length > MAX_EMAIL) {
    return `Invalid email address: it must be at most ${MAX_EMAIL} characters in length`
  }
  return /^[^\s@]+@[^\s@]+$/.test(email) ? undefined : 'Invalid email address'
}

/** For an address that another user has. */
export const emailInUse = () => modelRefused('Email has already been used')

/** The column that makes spellings of one address collide; nothing where no address is given. */
export const emailKeyOf = ({ email }: { email?: string | null }) =>
  email === undefined ? {} : { emailKey: email === null ? null : email.toLowerCase() }
