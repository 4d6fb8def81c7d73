import { randomText, UPPER_ALPHANUMERIC } from './random-text.ts'
import type { RandomBytes } from './runtime.ts'

const ID_LENGTH = 20
const SECRET_LENGTH = 40
const ID_FORMAT = new RegExp(`^[A-Z0-9]{${ID_LENGTH}}$`)
const SECRET_FORMAT = new RegExp(`^[A-Z0-9]{${SECRET_LENGTH}}$`)

/** A new `client_id`, by which an OAuth application is known. */
export const generateClientId = (randomBytes: RandomBytes) =>
  randomText(randomBytes, UPPER_ALPHANUMERIC, ID_LENGTH)

export const isClientId = (text: string) => ID_FORMAT.test(text)

/** A new `client_secret`: 206 random bits. */
export const generateClientSecret = (randomBytes: RandomBytes) =>
  randomText(randomBytes, UPPER_ALPHANUMERIC, SECRET_LENGTH)

export const isClientSecret = (text: string) => SECRET_FORMAT.test(text)
