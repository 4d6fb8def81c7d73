/** The namespace, a user or an organization, whose robots and other things are meant. */
export interface Owner {
  id: string
  name: string
}
