/** {@code batch}: the requests of a file, answered in another file. */
package io.lengthwise.cli.batch;
