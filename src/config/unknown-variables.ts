import { nearestName } from '../domain/nearest-name.ts'
import { describeVariable, VARIABLE_NAMES } from './variables.ts'

const KNOWN = VARIABLE_NAMES.flatMap((name) =>
  describeVariable(name).secret ? [name, `${name}_FILE`] : [name],
)

/** Variables of others that read the same `.env` or environment: Node, Docker, compose.yaml, tests. */
const OF_OTHERS =
  /^((NODE|NPM|COMPOSE|DOCKER|BUILDKIT|TEST|PG|LC|XDG|GIT|CI)_?.*|REGISTRY_PORT|TZ|LANG|PATH|HOME|DEBUG|(NO|FORCE)_COLOR|(HTTPS?|ALL|FTP|NO)_PROXY)$/i

/**
 * Warns of variables that do nothing: all unknown ones in `.env`; of the environment, which other programs use, too, only
 * those with long names that differ from a known one by a letter or two.
 */
export function unknownVariables(inFile: readonly string[], inEnvironment: readonly string[]) {
  const isUnknown = (name: string) => !KNOWN.includes(name) && !OF_OTHERS.test(name)
  return [
    ...inFile
      .filter(isUnknown)
      .map((name) => `.env: ${name} is not known, and ignored${hint(nearestName(name, KNOWN))}`),
    ...inEnvironment
      .filter((name) => isUnknown(name) && name.length > 5 && !inFile.includes(name))
      .flatMap((name) => {
        const nearest = nearestName(name, KNOWN, name.length < 8 ? 1 : 2)
        return nearest === undefined ? [] : [`${name} is not known, and ignored${hint(nearest)}`]
      }),
  ]
}

const hint = (nearest: string | undefined) =>
  nearest === undefined ? '.' : `; did you mean ${nearest}?`
