import type { ReactNode } from 'react'
import { Dialog as Box, Heading, Modal, ModalOverlay } from 'react-aria-components'

interface Props {
  title: string
  onClose: () => void
  children: ReactNode
}

/** A dialog over the page, which is there while it is rendered; Escape closes it. */
export const Dialog = ({ title, onClose, children }: Props) => (
  <ModalOverlay className="overlay" isOpen onOpenChange={(open) => !open && onClose()}>
    <Modal className="modal">
      <Box className="dialog">
        <Heading slot="title" className="dialog-title">
          {title}
        </Heading>
        {children}
      </Box>
    </Modal>
  </ModalOverlay>
)
