/** In words, of a name that is not one. */
export const RECORD_NAME_RULE = 'must have a-z, 0-9, . _ and - only, and 63 characters at most'

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/

/** Whether entries can refer to a record by this name. */
export const isRecordName = (text: string) => NAME.test(text)
