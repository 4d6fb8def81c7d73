/** The column that a field of Prisma's models stands for: `createdAt` is `created_at`. */
export const columnOf = (field: string) =>
  field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
