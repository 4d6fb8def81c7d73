/** Pages of the documentation that the console has, too, by their names in addresses; loaded when they are visited. */
const RECIPES = import.meta.glob<string>('../../../docs/recipes/*.md', {
  query: '?raw',
  import: 'default',
})

const PAGES: Record<string, () => Promise<string>> = {
  troubleshooting: async () => (await import('../../../docs/troubleshooting.md?raw')).default,
  ...Object.fromEntries(
    Object.entries(RECIPES).map(([path, load]) => [
      path.replace(/^.*\/|\.md$/g, '').replace('README', 'recipes'),
      load,
    ]),
  ),
}

/** The name of a page here. @param link as pages of the documentation write it: `../troubleshooting.md#the-exchange` */
export function helpPageOf(link: string): string | undefined {
  const name = /([\w-]+)\.md(#|$)/.exec(link)?.[1]
  const page = name === 'README' ? 'recipes' : name
  return page !== undefined && Object.hasOwn(PAGES, page) ? page : undefined
}

/** @returns Markdown, in which this service has its own address; null where there is no such page */
export async function readHelpPage(page: string): Promise<string | null> {
  const load = Object.hasOwn(PAGES, page) ? PAGES[page] : undefined
  if (!load) return null
  return (await load()).replaceAll('https://robots.example.com', location.origin)
}
