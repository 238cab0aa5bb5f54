import { Button, Center, Loader, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { callerQuery } from '../api/operations-queries.ts';
import { problemOf } from '../api/problem.ts';
import { Failure } from '../parts/states.tsx';
import { CallerContext } from './caller.tsx';
import { setKey, useSession } from './session-store.ts';

/** Asks for an API key where the API wants one, and lets the console begin once the API knows the caller. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const { key } = useSession();
  const caller = useQuery(callerQuery(key));
  if (caller.data) return <CallerContext value={caller.data}>{children}</CallerContext>;
  if (caller.isPending) {
    return (
      <Center mih="100vh">
        <Loader aria-label="Connecting to Holdfast" />
      </Center>
    );
  }
  const problem = problemOf(caller.error);
  if (problem.status === 401) return <KeyForm isRefused={key !== null} />;
  return (
    <Center mih="100vh" p="md">
      <Stack>
        <Failure error={caller.error} retry={() => void caller.refetch()} />
        {key !== null && (
          <Button variant="default" onClick={() => setKey(null)}>
            Use another key
          </Button>
        )}
      </Stack>
    </Center>
  );
}

function KeyForm({ isRefused }: { readonly isRefused: boolean }) {
  const [entered, setEntered] = useState('');
  const queries = useQueryClient();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    queries.clear();
    setKey(entered.trim());
  };
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="xl" radius="md" maw={420} w="100%">
        <form onSubmit={submit}>
          <Stack>
            <Title order={1} size="h3">
              Holdfast console
            </Title>
            <Text c="dimmed" size="sm">
              This server asks for an API key. It is kept in this browser tab until you close it.
            </Text>
            <PasswordInput
              label="API key"
              value={entered}
              onChange={(event) => setEntered(event.currentTarget.value)}
              error={isRefused && 'Holdfast does not know this key. It is mistyped, or was withdrawn.'}
              autoComplete="off"
              required
              autoFocus
            />
            <Button type="submit" disabled={entered.trim() === ''}>
              Open the console
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
