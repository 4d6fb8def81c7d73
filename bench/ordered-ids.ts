/** SQL of an id that begins with its time, as those of the service do (RFC 9562 §5.7). @param salt an expression, other for each at a time */
export const orderedId = (at: string, salt: string) =>
  `(lpad(to_hex((extract(epoch FROM ${at}) * 1000)::bigint), 12, '0') || '7' || substr(md5(${salt}), 1, 3)
    || '8' || substr(md5(${salt}), 4, 15))::uuid`
