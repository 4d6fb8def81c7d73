import { Button } from './button.tsx'

interface Props {
  /** What reads the list, page by page. */
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }
  /** What the button says. */
  title?: string
}

/** Reads on, where a list has more than is shown. */
export const More = ({ list, title = 'More' }: Props) =>
  list.hasNextPage ? (
    <div className="actions">
      <Button onPress={() => list.fetchNextPage()} isPending={list.isFetchingNextPage}>
        {title}
      </Button>
    </div>
  ) : null
