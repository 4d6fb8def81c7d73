/** Of the embedded database, in the data folder. */
export const EMBEDDED_FOLDER = 'pglite'
