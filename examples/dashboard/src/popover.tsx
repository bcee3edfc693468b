import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

interface PopoverProps {
  /** What is on the button. */
  button: ComponentChildren;
  /** What the button says to those who do not see it, and what the box is called. */
  label: string;
  class?: string;
  /** On which side of the button the box begins. */
  align?: 'start' | 'end';
  children: (close: () => void) => ComponentChildren;
}

/** A button and the box that it opens. Escape, a click elsewhere and leaving it with the keyboard close the box. */
export function Popover({ button, label, class: kind = '', align = 'start', children }: PopoverProps) {
  const [open, setOpen] = useState(false);
  const whole = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);

  function close(): void {
    setOpen(false);
    opener.current?.focus();
  }

  // Before the next event: a click that follows at once closes the box, too.
  useLayoutEffect(() => {
    if (!open) return undefined;
    const outside = (event: Event): void => {
      if (event.target instanceof Node && !whole.current?.contains(event.target)) setOpen(false);
    };
    const escape = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') close();
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    document.addEventListener('keydown', escape);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
      document.removeEventListener('keydown', escape);
    };
  }, [open]);

  return (
    <div class={`popover ${kind}`} ref={whole}>
      <button
        type="button"
        class="button"
        ref={opener}
        aria-label={label}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {button}
      </button>
      {open && (
        <div class={`box ${align}`} role="dialog" aria-label={label}>
          {children(close)}
        </div>
      )}
    </div>
  );
}
