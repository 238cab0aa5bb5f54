import { Button, Group, Modal, Paper, Stack, Table, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { count } from '../parts/format.ts';
import { notify } from '../parts/notices.tsx';
import { Failure } from '../parts/states.tsx';
import { isActor, setActor, useSession } from '../session/session-store.ts';
import type { Action, Change, Values } from './action.ts';
import { newKey } from './new-key.ts';
import { FieldInput, faultOf } from './action-fields.tsx';

interface ActionDialogProps<V extends Values> {
  readonly action: Action<V>;
  readonly onClose: () => void;
}

/** Asks for what an action needs, shows what will change, does it, and shows why it was refused. */
export function ActionDialog<V extends Values>({ action, onClose }: ActionDialogProps<V>) {
  const { values, setValue, faults, changes } = useValues(action);
  const session = useSession();
  const [actor, nameActor] = useState(session.actor);
  const [reason, setReason] = useState('');
  const { run, isRunning, error } = useRun(action, onClose);
  const isComplete =
    faults.length === 0 &&
    changes.length > 0 &&
    isActor(actor) &&
    (reason.trim() !== '' || !action.keepsReason);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isComplete || isRunning) return;
    setActor(actor);
    run({ values, reason: reason.trim(), actor });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={action.title}
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
      classNames={{ title: 'dialog-title' }}
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          <Fields action={action} values={values} setValue={setValue} />
          <WhatChanges changes={changes} fault={faults[0] ?? null} />
          <Note action={action} values={values} />
          <WhoAndWhy
            keepsReason={action.keepsReason}
            reason={reason}
            setReason={setReason}
            actor={actor}
            nameActor={nameActor}
          />
          {error !== null && <Failure error={error} title="This was refused" />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Back
            </Button>
            <Button
              type="submit"
              loading={isRunning}
              disabled={!isComplete}
              {...(action.isDangerous ? { color: 'red.9' } : {})}
            >
              {action.label}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface WhoAndWhyProps {
  readonly keepsReason: boolean;
  readonly reason: string;
  readonly setReason: (reason: string) => void;
  readonly actor: string;
  readonly nameActor: (actor: string) => void;
}

function WhoAndWhy({ keepsReason, reason, setReason, actor, nameActor }: WhoAndWhyProps) {
  return (
    <>
      {keepsReason && (
        <TextInput
          label="Reason"
          description="It stands in the history."
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          maxLength={255}
          required
          data-autofocus
        />
      )}
      <TextInput
        label="Your name"
        description="Sent with the call, so that others see who did it."
        value={actor}
        onChange={(event) => nameActor(event.currentTarget.value)}
        error={
          actor !== '' && !isActor(actor) ? 'Use up to 64 letters without accents, digits and signs.' : null
        }
        required
      />
    </>
  );
}

function useValues<V extends Values>(action: Action<V>) {
  const [values, setValues] = useState(action.initial);
  const setValue = (name: keyof V, value: Values[string]) => setValues({ ...values, [name]: value });
  const faults = fieldsOf(action).flatMap(([name, field]) => faultOf(field, values[name]) ?? []);
  return { values, setValue, faults, changes: faults.length === 0 ? action.changes(values) : [] };
}

function useRun<V extends Values>(action: Action<V>, onClose: () => void) {
  const queries = useQueryClient();
  // The same key for each attempt in this dialog: what is sent twice takes effect once.
  const [idempotencyKey] = useState(() => newKey());
  const mutation = useMutation({
    mutationFn: async ({ values, reason, actor }: { values: V; reason: string; actor: string }) =>
      action.run(values, reason, { actor, idempotencyKey }),
    onSuccess: async () => {
      notify(action.done);
      onClose();
      await Promise.all(action.touches.map((queryKey) => queries.invalidateQueries({ queryKey })));
    },
  });
  return { run: mutation.mutate, isRunning: mutation.isPending, error: mutation.error };
}

const fieldsOf = <V extends Values>({ fields = {} }: Action<V>) =>
  Object.entries(fields).flatMap(([name, field]) => (field ? [[name, field] as const] : []));

interface FieldsProps<V extends Values> {
  readonly action: Action<V>;
  readonly values: V;
  readonly setValue: (name: keyof V, value: Values[string]) => void;
}

const Fields = <V extends Values>({ action, values, setValue }: FieldsProps<V>) =>
  fieldsOf(action).map(([name, field]) => (
    <FieldInput key={name} field={field} value={values[name]} onChange={(value) => setValue(name, value)} />
  ));

function Note<V extends Values>({
  action: { note },
  values,
}: {
  readonly action: Action<V>;
  readonly values: V;
}) {
  const text = typeof note === 'function' ? note(values) : note;
  return text ? (
    <Text size="sm" c="dimmed">
      {text}
    </Text>
  ) : null;
}

interface WhatChangesProps {
  readonly changes: readonly Change[];
  readonly fault: string | null;
}

function WhatChanges({ changes, fault }: WhatChangesProps) {
  if (fault !== null) return <Text size="sm">{fault}</Text>;
  if (changes.length === 0) return <Text size="sm">With these values nothing changes.</Text>;
  return (
    <Paper withBorder p="sm" className="what-changes">
      <Text size="sm" fw={600} mb={4}>
        What will change
      </Text>
      <Table aria-label="What will change" withRowBorders={false} verticalSpacing={2} horizontalSpacing={0}>
        <Table.Tbody>
          {changes.map(({ label, from, to }) => (
            <Table.Tr key={label}>
              <Table.Td className="breakable">{label}</Table.Td>
              <Table.Td className="numbers" ta="right">
                {from === undefined ? '' : `${shown(from)} → `}
                <b>{shown(to)}</b>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}

const shown = (value: string | number) => (typeof value === 'number' ? count(value) : value);
