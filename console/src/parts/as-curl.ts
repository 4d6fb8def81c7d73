export interface Call {
  method: string
  /** With its parameters. */
  path: string
  body?: unknown
  /** Whether it takes no token. */
  isOpen?: boolean
  /** Whose name and password it takes in place of a token: curl asks for the password. */
  user?: string
}

/** In single quotes, in which a shell takes all as it is. */
export const asShellWord = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

/** The same call for a shell that has an API token in `TOKEN`. */
export function asCurl({ method, path, body, isOpen, user }: Call): string {
  const lines = [`curl -sS --fail-with-body -X ${method} ${asShellWord(location.origin + path)}`]
  if (user !== undefined) lines.push(`  -u ${asShellWord(user)}`)
  else if (!isOpen) lines.push(`  -H "Authorization: Bearer $TOKEN"`)
  if (body !== undefined) {
    lines.push("  -H 'Content-Type: application/json'", `  -d ${asShellWord(JSON.stringify(body))}`)
  }
  return lines.join(' \\\n')
}
