import { testCopying } from "./conformance/copying.ts";
import { testDeriving } from "./conformance/deriving.ts";
import { type DialectUnderTest, disposePlace } from "./conformance/dialect.ts";
import { testEvidence } from "./conformance/evidence.ts";
import { testImporting } from "./conformance/importing.ts";
import { testOpening } from "./conformance/opening.ts";
import { testReading } from "./conformance/reading.ts";
import { testRemembering } from "./conformance/remembering.ts";
import { testRezoning } from "./conformance/rezoning.ts";
import { testSaving } from "./conformance/saving.ts";
import { testValues } from "./conformance/values.ts";
import { testWriting } from "./conformance/writing.ts";

/** All that every kind of database promises; registers the tests. */
export function testDatabase(dialect: DialectUnderTest): void {
  testOpening(dialect);
  testSaving(dialect);
  testValues(dialect);
  testDeriving(dialect);
  testRemembering(dialect);
  testEvidence(dialect);
  testRezoning(dialect);
  testReading(dialect);
  testWriting(dialect);
  testCopying(dialect);
  testImporting(dialect);
  Deno.test.afterAll(() => disposePlace(dialect));
}
