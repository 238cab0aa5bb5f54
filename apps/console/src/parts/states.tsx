import { Alert, Button, Code, Group, Skeleton, Stack, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { problemOf } from '../api/problem.ts';

interface EmptyProps {
  readonly title: string;
  readonly hint?: ReactNode;
}

export function Empty({ title, hint }: EmptyProps) {
  return (
    <Stack align="center" gap={4} py="xl" px="md" className="empty">
      <Text fw={600}>{title}</Text>
      {hint && (
        <Text size="sm" c="dimmed" ta="center" maw={460}>
          {hint}
        </Text>
      )}
    </Stack>
  );
}

interface FailureProps {
  readonly error: unknown;
  readonly retry?: () => void;
  readonly title?: string;
}

export function Failure({ error, retry, title = 'This could not be read' }: FailureProps) {
  const { detail, requestId } = problemOf(error);
  return (
    <Alert variant="default" title={title} role="alert" className="failure">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{detail}</Text>
        {requestId !== null && (
          <Text size="xs" c="dimmed">
            Request <Code>{requestId}</Code>
          </Text>
        )}
        {retry && (
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

const LOADING_LINES = ['90%', '70%', '80%'];

export const Loading = () => (
  <Stack gap="sm" py="xs" role="status" aria-busy="true" aria-label="Loading">
    {LOADING_LINES.map((width) => (
      <Skeleton key={width} height={14} width={width} />
    ))}
  </Stack>
);

interface LoadedProps<Data> {
  readonly query: UseQueryResult<Data>;
  readonly children: (data: Data) => ReactNode;
}

/**
 * What was read; before that a placeholder, and a failure with the means to try again. Old data stays under
 * a failure.
 */
export function Loaded<Data>({ query, children }: LoadedProps<Data>) {
  const { data, error, isPending } = query;
  if (isPending) return <Loading />;
  const retry = () => void query.refetch();
  if (data === undefined) return <Failure error={error} retry={retry} />;
  return (
    <>
      {error && (
        <Group mb="sm">
          <Failure error={error} retry={retry} title="This is not up to date" />
        </Group>
      )}
      {children(data)}
    </>
  );
}
