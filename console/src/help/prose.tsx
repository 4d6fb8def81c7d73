import { CopyButton } from '../parts/copy-button.tsx'
import { Table } from '../parts/table.tsx'
import { Inlines } from './inlines.tsx'
import { type Block, blocksOf } from './markdown.ts'

/** Headings of a page stand below its title, which the page has itself. */
function Part({ block, section }: { block: Block; section: string }) {
  switch (block.kind) {
    case 'heading':
      return block.level > 2 ? (
        <h3>
          <Inlines text={block.text} />
        </h3>
      ) : (
        <h2>
          <Inlines text={block.text} />
        </h2>
      )
    case 'code':
      return (
        <div>
          <pre>{block.text}</pre>
          <CopyButton text={block.text} what="it" />
        </div>
      )
    case 'list':
      return (
        <ul>
          {block.items.map((item) => (
            <li key={item}>
              <Inlines text={item} />
            </li>
          ))}
        </ul>
      )
    case 'table':
      return (
        <Table
          label={section}
          head={block.head.map((cell) => (
            <th key={cell} scope="col">
              <Inlines text={cell} />
            </th>
          ))}
        >
          {block.rows.map((row) => (
            <tr key={row.join()}>
              {row.map((cell, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: cells are known by their column
                <td key={at}>
                  <Inlines text={cell} />
                </td>
              ))}
            </tr>
          ))}
        </Table>
      )
    default:
      return (
        <p>
          <Inlines text={block.text} />
        </p>
      )
  }
}

/** A page of the documentation, but for its title. */
export function Prose({ markdown }: { markdown: string }) {
  let section = ''
  return (
    <div className="prose stack">
      {blocksOf(markdown)
        .slice(1)
        .map((block, at) => {
          if (block.kind === 'heading') section = block.text
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a page never change
          return <Part key={at} block={block} section={`${section} ${at}`} />
        })}
    </div>
  )
}
