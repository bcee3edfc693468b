import type { Answer } from '../../../core/question.ts';
import { useApp } from './context.ts';
import { DatePicker } from './date-picker.tsx';
import { AddFilter } from './add-filter.tsx';
import { Logo } from './icons.tsx';
import { Link } from './link.tsx';
import { LiveVisitors } from './live-visitors.tsx';
import { SiteSwitcher } from './site-switcher.tsx';
import { ThemeSwitch } from './theme.tsx';

/** @param meta of the headline's answer: what the chosen period came to */
export function Header({ meta }: { meta: Answer['meta'] | undefined }) {
  const { state } = useApp();
  return (
    <header class="header">
      <div class="header-site">
        <Link class="home" change={{ welcome: true, demo: false, detail: undefined }} label="Start page">
          <Logo />
        </Link>
        <SiteSwitcher />
        <LiveVisitors />
      </div>
      <div class="header-tools">
        <AddFilter key={state.site} />
        <DatePicker meta={meta} />
        <ThemeSwitch />
      </div>
    </header>
  );
}
