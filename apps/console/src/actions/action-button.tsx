import { Button, type ButtonProps } from '@mantine/core';
import { useState } from 'react';
import { useCan } from '../session/caller.tsx';
import type { Action, Values } from './action.ts';
import { ActionDialog } from './action-dialog.tsx';

interface ActionButtonProps<V extends Values> extends Pick<ButtonProps, 'size' | 'variant'> {
  readonly action: Action<V>;
  readonly isDisabled?: boolean;
}

/** Opens the dialog of an action. With a key that may not do it there is no button. */
export function ActionButton<V extends Values>({
  action,
  isDisabled = false,
  size = 'sm',
  variant = 'default',
}: ActionButtonProps<V>) {
  const [isOpen, setOpen] = useState(false);
  const can = useCan();
  if (!can(action.scope)) return null;
  const look = variant === 'filled' ? { color: 'red.9' } : { className: 'danger' };
  return (
    <>
      <Button
        size={size}
        variant={variant}
        disabled={isDisabled}
        onClick={() => setOpen(true)}
        {...(action.isDangerous ? look : {})}
      >
        {action.label}
      </Button>
      {isOpen && <ActionDialog action={action} onClose={() => setOpen(false)} />}
    </>
  );
}
