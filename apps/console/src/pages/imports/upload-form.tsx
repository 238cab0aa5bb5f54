import { Button, FileInput, Group, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { newKey } from '../../actions/new-key.ts';
import { holdfast } from '../../api/client.ts';
import { Failure } from '../../parts/states.tsx';
import { navigate } from '../../router.tsx';
import { isActor, setActor, useSession } from '../../session/session-store.ts';
import { contentTypeOf, keepTried } from './import-file.ts';
import { importPath } from './import-labels.tsx';

const CREATES = [
  { value: 'all', label: 'SKUs and locations' },
  { value: 'skus', label: 'SKUs only' },
  { value: 'none', label: 'Nothing: such rows are rejected' },
] as const;
const ABSENTS = [
  { value: 'keep', label: 'Stay as they are' },
  { value: 'zero', label: 'Are set to 0 at the locations of the file' },
] as const;

interface FileChoices {
  readonly create: (typeof CREATES)[number]['value'];
  readonly absent: (typeof ABSENTS)[number]['value'];
}

const chosenOf = <Value extends string>(
  choices: readonly { readonly value: Value }[],
  text: string,
): Value => {
  const found = choices.find(({ value }) => value === text) ?? choices[0];
  if (!found) throw new Error('a choice of nothing');
  return found.value;
};

/** Sends a file as a dry run, and opens its page. */
export function UploadForm() {
  const session = useSession();
  const [file, setFile] = useState<File | null>(null);
  const [choices, setChoices] = useState<FileChoices>({ create: 'all', absent: 'keep' });
  const [actor, nameActor] = useState(session.actor);
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (sent: File) =>
      holdfast().stockImports.create(sent, {
        contentType: contentTypeOf(sent),
        query: { ...choices, dry_run: true },
        actor,
        idempotencyKey: newKey(),
      }),
    onSuccess: ({ id }, sent) => {
      keepTried(id, { file: sent, ...choices });
      navigate(importPath(id));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!file || !isActor(actor)) return;
    setActor(actor);
    mutate(file);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <FileInput
          label="File"
          description="CSV or NDJSON with sku, location, and on_hand or delta; up to 64 MB"
          placeholder="Choose a file"
          accept=".csv,.tsv,.txt,.ndjson,.jsonl"
          value={file}
          onChange={setFile}
          required
        />
        <Choices choices={choices} onChange={setChoices} />
        <TextInput
          label="Your name"
          description="Sent with the call, so that others see who did it."
          value={actor}
          onChange={(event) => nameActor(event.currentTarget.value)}
          required
        />
        {error && <Failure error={error} title="The file was not taken" />}
        <Group>
          <Button type="submit" loading={isPending} disabled={file === null || !isActor(actor)}>
            Try it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface ChoicesProps {
  readonly choices: FileChoices;
  readonly onChange: (choices: FileChoices) => void;
}

const Choices = ({ choices, onChange }: ChoicesProps) => (
  <SimpleGrid cols={{ base: 1, sm: 2 }}>
    <NativeSelect
      label="The file may create"
      data={[...CREATES]}
      value={choices.create}
      onChange={(event) => onChange({ ...choices, create: chosenOf(CREATES, event.currentTarget.value) })}
    />
    <NativeSelect
      label="Levels that it does not name"
      data={[...ABSENTS]}
      value={choices.absent}
      onChange={(event) => onChange({ ...choices, absent: chosenOf(ABSENTS, event.currentTarget.value) })}
    />
  </SimpleGrid>
);
