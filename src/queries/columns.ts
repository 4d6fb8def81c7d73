/** The column that a field of Prisma's models stands for: `createdAt` is `created_at`. */
export const columnOf = (field: string) =>
  field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** What SELECT or RETURNING names for rows with these fields. @param table as it is called there */
export const columnsOf = (fields: readonly string[], table: string) =>
  fields.map((field) => `${table}.${columnOf(field)} AS "${field}"`).join(', ')

/** An INSERT of one row, whose values are parameters with the names of the fields. */
export const insertInto = (table: string, fields: readonly string[]) =>
  `INSERT INTO ${table} (${fields.map(columnOf).join(', ')})
   VALUES (${fields.map((field) => `$${field}`).join(', ')})`

/** What SET says in an UPDATE, with parameters that have the names of the fields. */
export const assignmentsOf = (fields: readonly string[]) =>
  fields.map((field) => `${columnOf(field)} = $${field}`).join(', ')

/** A table of records, which a parameter has as a JSON array. @param types of their fields, whose names its columns have */
export const recordsOf = (parameter: string, types: Readonly<Record<string, string>>) =>
  `json_to_recordset($${parameter}::json) AS records(${Object.entries(types)
    .map(([field, type]) => `"${field}" ${type}`)
    .join(', ')})`
