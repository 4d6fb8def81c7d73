import { readdir, readFile } from 'node:fs/promises'
import { parseAllDocuments } from 'yaml'

const RECIPES = new URL('../../docs/recipes/', import.meta.url)

export const recipeNames = async () =>
  (await readdir(RECIPES)).filter((name) => name !== 'README.md').sort()

/** What stands in the recipes for the places of a test, by what stands there. */
export type Places = Record<string, string>

export type Recipe = Awaited<ReturnType<typeof readRecipe>>

/** The blocks of code of a recipe, with the test's own places in them. */
export async function readRecipe(name: string, places: Places = {}) {
  const text = await readFile(new URL(name, RECIPES), 'utf8')
  const blocks = (language: string) =>
    [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
      .filter(([, found]) => found === language)
      .map(([, , code = '']) => replaceAll(code, places))

  return {
    text,
    blocks,
    /** Blocks of shell. */
    shell: blocks('sh'),
    /** Blocks of JSON, parsed. */
    json: blocks('json').map((block) => JSON.parse(block) as object),
    /** The documents of all blocks of YAML, as a parser of its own reads them. */
    yaml: blocks('yaml').flatMap((block) => parseYaml(block)),
  }
}

/** @throws on YAML that not every parser reads alike */
export const parseYaml = (text: string) =>
  parseAllDocuments(text, { strict: true }).map((document) => {
    if (document.errors.length > 0) throw document.errors[0]
    return document.toJS()
  })

const replaceAll = (text: string, places: Places) =>
  Object.entries(places).reduce((all, [from, to]) => all.replaceAll(from, to), text)
