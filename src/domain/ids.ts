/** Whether a row can have this key; no other text needs to be looked for. */
export const isId = (text: string) =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text)

/** No row has this id: the nil UUID (RFC 9562 §5.9). */
export const NIL_ID = '00000000-0000-0000-0000-000000000000'
