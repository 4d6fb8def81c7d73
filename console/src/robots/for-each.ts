/** What went wrong with some of several things; the others are done. */
export class PartlyDone extends Error {}

/**
 * Does something for each, one after the other, and goes on where one is refused.
 *
 * @throws {PartlyDone} that names who was refused, and why
 */
export async function forEach(
  names: readonly string[],
  deed: (name: string) => Promise<unknown>,
): Promise<void> {
  const refused: string[] = []
  for (const name of names) {
    try {
      await deed(name)
    } catch (error) {
      refused.push(`${name}: ${error instanceof Error ? error.message : 'not done'}`)
    }
  }
  if (refused.length > 0) {
    throw new PartlyDone(
      `${names.length - refused.length} of ${names.length} are done. Not done: ${refused.join('; ')}`,
    )
  }
}
