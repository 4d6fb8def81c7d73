const RFC_2822_ZONE = '-0000'

/** A date as Quay writes it: RFC 2822, UTC, whole seconds, zone `-0000`. */
export const formatDate = (date: Date) => date.toUTCString().replace('GMT', RFC_2822_ZONE)

/** A date as Quay writes those of OAuth tokens: ISO 8601 with microseconds. The service keeps milliseconds. */
export const formatPreciseDate = (date: Date) => date.toISOString().replace('Z', '000Z')
