/** What a robot is told apart by, beside its name; kept as texts `key:value`, by which it is found. */
export type Labels = Record<string, string>

/** Most labels of a robot. */
export const MAX_LABELS = 20
/** Most characters of a key, and of a value. */
export const MAX_LABEL = 63

/** Like the keys of labels in Kubernetes; without a colon, which ends the key in `key:value`. */
export const LABEL_KEY = /^[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?$/

/** The text of a label. */
export const labelText = (key: string, value: string) => `${key}:${value}`

/** In the order of their keys, so that the same labels are the same texts. */
export const toLabelTexts = (labels: Labels) =>
  Object.entries(labels)
    .map(([key, value]) => labelText(key, value))
    .sort()

export const toLabels = (texts: readonly string[]): Labels =>
  Object.fromEntries(
    texts.map((text) => {
      const colon = text.indexOf(':')
      return [text.slice(0, colon), text.slice(colon + 1)]
    }),
  )
