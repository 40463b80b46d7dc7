/** {@code replay}: schedules on recorded lengths, under simulated time. */
package io.lengthwise.cli.replay;
