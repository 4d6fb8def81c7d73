/** Tasks that wait, of each party in turn; of one party the first comes first. */
export function createFairQueue<Task>() {
  /** In the order of their turns; no list is empty. */
  const parties = new Map<string, Task[]>()

  return {
    count: (party: string) => parties.get(party)?.length ?? 0,

    add(party: string, task: Task) {
      const tasks = parties.get(party)
      if (tasks) tasks.push(task)
      else parties.set(party, [task])
    },

    /** Takes the task whose turn it is; its party comes last from now on. */
    next(): Task | undefined {
      const [turn] = parties
      if (!turn) return undefined
      const [party, [task, ...rest]] = turn
      parties.delete(party)
      if (rest.length > 0) parties.set(party, rest)
      return task
    },

    /** Takes the last task of the party that has most, where that is more than `most`. */
    dropLast(most: number): Task | undefined {
      const [longest] = [...parties].sort(([, a], [, b]) => b.length - a.length)
      if (!longest || longest[1].length <= most) return undefined
      const [party, tasks] = longest
      if (tasks.length === 1) parties.delete(party)
      return tasks.pop()
    },
  }
}
