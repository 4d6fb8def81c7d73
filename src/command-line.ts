/**
 * How a command is typed in the folder of the sources, for messages to operators. Nobody owns the program's name on
 * npm: outside of that folder `npx` would run whatever somebody published under it, and this runs nothing.
 */
export const commandLine = (command: string) => `npm run --silent cli -- ${command}`
