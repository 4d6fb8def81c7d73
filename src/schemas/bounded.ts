import { z } from 'zod'

// What callers may send many of costs no more than what is allowed of it: it is counted before any of it is looked at, and
// looked at up to the first that does not fit.

const List: z.core.$constructor<z.ZodArray, z.core.$ZodArrayDef> = z.core.$constructor(
  'List',
  (list, def) => {
    z.ZodArray.init(list, def)
    const { parse } = list._zod
    const most = Math.min(...z.core.util.sizeCaps(def.checks).map(([cap]) => cap))
    list._zod.parse = (payload, context) => {
      const { value: elements } = payload
      if (!Array.isArray(elements) || elements.length > most) return parse(payload, context)
      const fitting: unknown[] = []
      for (const [index, value] of elements.entries()) {
        const result = def.element._zod.run({ value, issues: [] }, context) as z.core.ParsePayload
        if (result.issues.length > 0) {
          payload.issues.push(...z.core.util.prefixIssues(index, result.issues))
          return payload
        }
        fitting.push(result.value)
      }
      return { ...payload, value: fitting }
    }
  },
)

/** A list; with `max`, one that is too long is refused for that alone. */
export const list = <Element extends z.ZodType>(element: Element) =>
  new List({ type: 'array', element }) as z.ZodArray<Element>

interface CountedDef extends z.core.$ZodRecordDef {
  most: number
}

const Counted: z.core.$constructor<z.ZodRecord, CountedDef> = z.core.$constructor(
  'Counted',
  (record, def) => {
    z.ZodRecord.init(record, def)
    const { parse } = record._zod
    record._zod.parse = (payload, context) => {
      const { value: input } = payload
      if (!z.core.util.isPlainObject(input) || Object.keys(input).length <= def.most) {
        return parse(payload, context)
      }
      const message = `must name at most ${def.most}`
      payload.issues.push({ code: 'custom', input, inst: record, message })
      return payload
    }
  },
)

/** A record of so many members at most. */
export const countedRecord = <Key extends z.ZodString, Value extends z.ZodType>(
  keyType: Key,
  valueType: Value,
  most: number,
  error?: z.core.$ZodErrorMap,
) =>
  new Counted({ type: 'record', keyType, valueType, most, error }).meta({
    maxProperties: most,
  }) as z.ZodRecord<Key, Value>
