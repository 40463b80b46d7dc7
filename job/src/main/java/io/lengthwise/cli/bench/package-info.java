/** {@code bench}: compares schedules on a model and writes a report. */
package io.lengthwise.cli.bench;
