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
  const [create, setCreate] = useState<(typeof CREATES)[number]['value']>('all');
  const [absent, setAbsent] = useState<(typeof ABSENTS)[number]['value']>('keep');
  const [actor, nameActor] = useState(session.actor);
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (sent: File) =>
      holdfast().stockImports.create(sent, {
        contentType: contentTypeOf(sent),
        query: { create, absent, dry_run: true },
        actor,
        idempotencyKey: newKey(),
      }),
    onSuccess: ({ id }, sent) => {
      keepTried(id, { file: sent, create, absent });
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
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <NativeSelect
            label="The file may create"
            data={[...CREATES]}
            value={create}
            onChange={(event) => setCreate(chosenOf(CREATES, event.currentTarget.value))}
          />
          <NativeSelect
            label="Levels that it does not name"
            data={[...ABSENTS]}
            value={absent}
            onChange={(event) => setAbsent(chosenOf(ABSENTS, event.currentTarget.value))}
          />
        </SimpleGrid>
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
