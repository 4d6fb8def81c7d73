/** The address of a list's page, from that of its first one. @param page as `next_page` of the page before has it */
export const nextPageOf = (path: string, page: string): string =>
  `${path}${path.includes('?') ? '&' : '?'}next_page=${encodeURIComponent(page)}`
