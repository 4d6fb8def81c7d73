// How a client written in Go reads an answer: by the types of its structs, which an answer of other types
// breaks, and with zero values for what is missing or null.

export type Shape =
  | 'string'
  | 'number'
  | 'boolean'
  | 'any'
  | readonly [Shape]
  | { readonly [field: string]: Shape }

/** `['string']` is a list, `{ '*': 'string' }` a map, any other object a struct. */
export type Decoded<S> = S extends 'string'
  ? string
  : S extends 'number'
    ? number
    : S extends 'boolean'
      ? boolean
      : S extends readonly [infer Element]
        ? Decoded<Element>[] | null
        : S extends { readonly '*': infer Element }
          ? Record<string, Decoded<Element>> | null
          : S extends object
            ? { [Field in keyof S]: Decoded<S[Field]> }
            : unknown

const ZERO = { string: '', number: 0, boolean: false, any: undefined }

/** `json.NewDecoder(body).Decode(&value)`; `strict` is `DisallowUnknownFields`. */
export function decode<const S extends Shape>(
  text: string,
  shape: S,
  { strict = false } = {},
): Decoded<S> {
  if (text === '') throw new Error('EOF')
  return read(JSON.parse(text), shape, strict, '') as Decoded<S>
}

function read(value: unknown, shape: Shape, strict: boolean, at: string): unknown {
  if (shape === 'any') return value
  if (typeof shape === 'string') {
    if (value === null || value === undefined) return ZERO[shape]
    return typeof value === shape ? value : mistyped(value, shape, at)
  }
  if (Array.isArray(shape)) return readList(value, shape[0] as Shape, strict, at)
  return readObject(value, shape as Record<string, Shape>, strict, at)
}

function readList(value: unknown, element: Shape, strict: boolean, at: string) {
  if (value === null || value === undefined) return null
  if (!Array.isArray(value)) return mistyped(value, 'list', at)
  return value.map((item) => read(item, element, strict, `${at}[]`))
}

function readObject(value: unknown, shape: Record<string, Shape>, strict: boolean, at: string) {
  const map = shape['*']
  if (map && (value === null || value === undefined)) return null
  const object = value ?? {}
  if (typeof object !== 'object' || Array.isArray(object)) return mistyped(value, 'object', at)
  const entries = Object.entries(object)
  if (map) {
    return Object.fromEntries(
      entries.map(([key, item]) => [key, read(item, map, strict, `${at}.${key}`)]),
    )
  }
  const unknown = entries.find(([key]) => !(key in shape))
  if (strict && unknown) throw new Error(`json: unknown field "${unknown[0]}"`)
  return Object.fromEntries(
    Object.entries(shape).map(([key, of]) => {
      const item = (object as Record<string, unknown>)[key]
      return [key, read(item, of, strict, `${at}.${key}`)]
    }),
  )
}

function mistyped(value: unknown, wanted: string, at: string): never {
  const found = Array.isArray(value) ? 'array' : typeof value
  throw new Error(`json: cannot unmarshal ${found} into Go struct field ${at} of type ${wanted}`)
}
