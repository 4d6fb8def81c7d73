/**
 * A parameter in SQL whose value the planner does not see: it finds no plan better for some values than for others, hence makes
 * one for all, once on each connection (PostgreSQL's manual, PREPARE). Of a LIMIT it takes a tenth of the rows to be wanted.
 */
export const unseen = (parameter: string) => `(SELECT ${parameter})`

/** A condition of which all values are. */
export const allUnseen = (condition: string) => condition.replaceAll(/\$\w+::\w+/g, unseen)

/** A limit of all, of which the planner takes a tenth to be wanted: it reads them in the order of an index. */
export const ALL = unseen('NULL::bigint')
