const RFC_2822_ZONE = '-0000'

/** A date as Quay writes it: RFC 2822, UTC, whole seconds, zone `-0000` (quay-behaviour.md §0.2). */
export const formatDate = (date: Date) => date.toUTCString().replace('GMT', RFC_2822_ZONE)
