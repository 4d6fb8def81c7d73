/**
 * How a command is typed in the folder of the sources, for messages to operators. Not with `npx`: nobody owns the program's
 * name on npm, so that outside of the folder it would run whatever somebody published under it.
 */
export const commandLine = (command: string) => `npm run --silent cli -- ${command}`
