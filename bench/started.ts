type Undo = () => Promise<unknown> | unknown

export const say = (text: string) => process.stdout.write(text)

/** What is to be undone at the end, the last first. */
const started: Undo[] = []

export const track = (undo: Undo) => started.push(undo)

/** Stops what was started and drops what was made, whatever else fails on the way. */
export async function undoAll() {
  for (const undo of started.splice(0).reverse()) {
    await Promise.resolve(undo()).catch((error) => say(`${error}\n`))
  }
}
