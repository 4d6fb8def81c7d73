import { nearestName } from '../domain/nearest-name.ts'
import { describeVariable, VARIABLE_NAMES } from './variables.ts'

const KNOWN = VARIABLE_NAMES.flatMap((name) =>
  describeVariable(name).secret ? [name, `${name}_FILE`] : [name],
)

/** Of programs beside this one that read the same `.env`, or the same environment: Node, Docker, compose.yaml, tests. */
const OF_OTHERS =
  /^((NODE|NPM|COMPOSE|DOCKER|BUILDKIT|TEST|PG|LC|XDG|GIT|CI)_?.*|REGISTRY_PORT|TZ|LANG|PATH|HOME|DEBUG|(NO|FORCE)_COLOR|(HTTPS?|ALL|FTP|NO)_PROXY)$/i

/**
 * Warns of names that do nothing: in `.env` all that are unknown, in the environment, which is everybody's, those that
 * are long enough and differ from a known name by a letter or two.
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
