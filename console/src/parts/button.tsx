import { type ButtonProps, Button as Pressable } from 'react-aria-components'

interface Props extends Omit<ButtonProps, 'className' | 'isPending'> {
  /** `primary`: what the page is for. `danger`: what cannot be undone. */
  look?: 'primary' | 'plain' | 'danger' | 'bare'
  /** While an answer is awaited it does nothing, but keeps the focus. */
  isPending?: boolean
}

export const Button = ({ look = 'plain', isPending = false, ...props }: Props) => (
  <Pressable
    {...props}
    className={`button button-${look}`}
    {...(isPending && { 'aria-disabled': true, type: 'button', onPress: () => {} })}
  />
)
