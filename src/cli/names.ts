import { Command } from 'commander'
import { itemsOf } from '../services/paging.ts'
import type { Context } from './context.ts'

/** How many names are read at a time. */
const PAGE = 1000

export const namesCommand = ({ print, withServices }: Context) =>
  new Command('names')
    .description('manage names under which a registry may still keep images')
    .addCommand(
      new Command('list')
        .description(
          'list retired names: of deleted and renamed accounts, and of deleted repositories',
        )
        .option('--json', 'print JSON, an object a line')
        .action((options: { json?: boolean }) =>
          withServices(async ({ retiredNames }) => {
            const names = itemsOf((nextPage) => retiredNames.list({ limit: PAGE, nextPage }))
            for await (const { name, retiredAt } of names) {
              print({ name, retired: retiredAt }, options, name)
            }
          }),
        ),
    )
    .addCommand(
      new Command('release')
        .description('let anybody take a retired name; delete the images under it first')
        .argument('<name>', 'namespace, or namespace/repository')
        .option('--json', 'print JSON')
        .action(async (name: string, options: { json?: boolean }) => {
          await withServices(({ retiredNames }) => retiredNames.release(name, {}))
          print({ name }, options, `released ${name}`)
        }),
    )
