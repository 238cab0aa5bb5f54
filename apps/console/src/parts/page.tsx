import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';

interface PageProps {
  readonly title: string;
  /** What kind of thing it is, above the title. */
  readonly kind?: string;
  readonly badges?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page below the header: its title is the browser's too. */
export function Page({ title, kind, badges, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Holdfast`;
  }, [title]);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-end" gap="sm">
        <Stack gap={2} miw={0}>
          {kind && (
            <Text size="sm" c="dimmed">
              {kind}
            </Text>
          )}
          <Group gap="sm" align="center">
            <Title order={1} size="h2" className="breakable">
              {title}
            </Title>
            {badges}
          </Group>
        </Stack>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}

interface SectionProps {
  readonly title: string;
  readonly hint?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Section({ title, hint, actions, children }: SectionProps) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title} className="section">
      <Group justify="space-between" align="flex-start" mb="sm" gap="sm">
        <Stack gap={0}>
          <Title order={2} size="h4">
            {title}
          </Title>
          {hint && (
            <Text size="sm" c="dimmed">
              {hint}
            </Text>
          )}
        </Stack>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Paper>
  );
}
