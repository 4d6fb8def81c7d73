/** What a spreadsheet would take for a formula (OWASP, "CSV injection"). */
const FORMULA = /^[=+\-@\t\r]/

/** A line of RFC 4180; null is empty. A field that a spreadsheet would run gets an apostrophe before it. */
export const csvLine = (fields: readonly (string | null)[]) =>
  `${fields.map((field) => (field === null ? '' : csvField(field))).join(',')}\r\n`

function csvField(field: string): string {
  const text = FORMULA.test(field) ? `'${field}` : field
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
