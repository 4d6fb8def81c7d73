// Why a user is refused who logs in with a password, or a token of its own: in Quay's words.

export const WRONG_PASSWORD = 'Invalid Username or Password'

/** Only who has the right password, or token, is told. */
export const USER_DISABLED = 'This user has been disabled. Please contact your administrator.'
