import { type Policy, TITLES, wordsOf } from './policy-words.ts'

/** Of each key the stricter, the installation's or the organization's. */
export const PolicyThatHolds = ({ policy }: { policy: Policy }) => (
  <section className="card" aria-label="What holds">
    <h2>What holds</h2>
    <dl className="facts">
      {(Object.keys(TITLES) as (keyof Policy)[]).map((key) => (
        <div key={key} className="fact">
          <dt>{TITLES[key]}</dt>
          <dd>{wordsOf(policy, key)}</dd>
        </div>
      ))}
    </dl>
  </section>
)
