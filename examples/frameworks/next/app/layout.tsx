import { Footfall } from 'footfall-sdk/react';
import type { ReactNode } from 'react';

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <Footfall site="example.com" endpoint="https://stats.example.com/e" />
        {children}
      </body>
    </html>
  );
}
