import Link from 'next/link';
import { SignUp } from '../sign-up';

export const metadata = { title: 'Pricing · Shop' };

export default function Pricing() {
  return (
    <main>
      <nav>
        <Link href="/">Home</Link> <Link href="/pricing">Pricing</Link>
      </nav>
      <h1>Pricing</h1>
      <SignUp />
    </main>
  );
}
