import type { ComponentChildren, TargetedMouseEvent } from 'preact';
import { useApp } from './context.ts';
import { safeAddress } from './safe-address.ts';
import { format } from './state.ts';
import type { State } from './state.ts';

interface LinkProps {
  change: Partial<State>;
  how?: 'push' | 'replace';
  class?: string;
  title?: string;
  label?: string;
  current?: boolean;
  children: ComponentChildren;
  onGo?: () => void;
}

/** A change of the state as a link, which can be opened elsewhere and shared. */
export function Link({ change, how, label, current, children, onGo, ...rest }: LinkProps) {
  const { state, go } = useApp();
  function follow(event: TargetedMouseEvent<HTMLAnchorElement>): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0) return;
    event.preventDefault();
    go(change, how);
    onGo?.();
  }
  return (
    <a
      {...rest}
      href={format({ ...state, ...change })}
      aria-label={label}
      aria-current={current ? 'true' : undefined}
      onClick={follow}
    >
      {children}
    </a>
  );
}

/** A link out of Footfall, which tells nothing of where it was. */
export function OutLink({ address, name }: { address: string | undefined; name: string }) {
  const href = address === undefined ? undefined : safeAddress(address);
  if (href === undefined) return null;
  return (
    <a class="out" href={href} target="_blank" rel="noopener noreferrer" aria-label={`Open ${name} in a new tab`}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <path d="M6 4h6v6M12 4 4.5 11.5" class="stroke" />
      </svg>
    </a>
  );
}
