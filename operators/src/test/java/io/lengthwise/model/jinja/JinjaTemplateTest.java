package io.lengthwise.model.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the comparison with the reference does not reach: refusals, limits, marks, the clock. */
class JinjaTemplateTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "x{% include 'a' %}           ; the tag 'include' is not known",
        "{% extends 'a' %}            ; the tag 'extends' is not known",
        "{{ 1 | shuffle }}            ; the filter 'shuffle' is not known",
        "{{ 1 is prime }}             ; the test 'prime' is not known",
        "{{ fetch('a') }}             ; the function or method 'fetch' is not known",
        "{{ 'a'.encode() }}           ; the function or method 'encode' is not known",
        "{{ [].append(1) }}           ; the function or method 'append' is not known",
        "{{ 'a'.__class__.__mro__ }}  ; '__class__' is undefined",
        "{{ messages.a.b }}           ; 'messages' is undefined",
        "{{ 1 + 'a' }}                ; '+' of values of types Long and string",
        "{{ 'a' < 1 }}                ; ordering of values of types string and Long",
        "{{ 1 / 0 }}                  ; '/' of 1 and 0 has no result here",
        "{{ 9223372036854775807 + 1 }}; '+' of 9223372036854775807 and 1 has no result here",
        "{{ 'a' }                     ; a tag that does not end",
        "{{ 'a                        ; a string that does not end",
        "{% if x %}                   ; the template ends before one of [elif, else, endif]",
        "{% endif %}                  ; the tag 'endif' ends nothing",
        "{% break %}                  ; 'break' or 'continue' outside of a loop",
        "{{ a b }}                    ; unexpected 'b'",
        "{% for x of y %}{% endfor %} ; a loop without 'in'",
        "{{ 'a' | trim(1, 2) }}       ; 'trim' with 2 arguments",
        "{{ 'a' | tojson(sort_keys=true) }} ; 'tojson' with the argument 'sort_keys'",
        "{{ namespace | tojson }}     ; JSON of a value of type function",
      })
  void whatIsNotKnownIsAnError(String template, String message) {
    assertThatThrownBy(() -> render(template))
        .isInstanceOf(JinjaException.class)
        .hasMessage(message);
  }

  @Test
  void errorsHaveTheLineOfTheirStatement() {
    assertThatThrownBy(() -> render("a\n{# b\n c #}\n{% if true %}\n{{ 'a'.x() }}{% endif %}"))
        .isInstanceOfSatisfying(JinjaException.class, e -> assertThat(e.line()).isEqualTo(5));
    assertThatThrownBy(() -> render("a\n\n{{ 1 | nothing }}"))
        .isInstanceOfSatisfying(JinjaException.class, e -> assertThat(e.line()).isEqualTo(3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for a in range(1000000000) %}{% endfor %}",
        "{% for a in range(3000) %}{% for b in range(3000) %}{% endfor %}{% endfor %}",
        "{{ 'x' * 1000000000000 }}",
        "{% set ns = namespace(t='xxxxxxxx') %}{% for i in range(40) %}{% set ns.t = ns.t + ns.t %}"
            + "{% endfor %}",
        "{% set ns = namespace(t='xxxxxxxx') %}{% for i in range(9) %}"
            + "{% set ns.t = ns.t.replace('x', ns.t) %}{% endfor %}",
        "{% set ns = namespace(t=[1]) %}{% for i in range(40) %}{% set ns.t = [ns.t, ns.t] %}"
            + "{% endfor %}{{ ns.t }}",
        "{% set ns = namespace(t=[1], u=[1]) %}{% for i in range(40) %}{% set ns.t = [ns.t, ns.t] %}"
            + "{% set ns.u = [ns.u, ns.u] %}{% endfor %}{{ ns.t == ns.u }}",
        "{{ ['x'] | join('y') | indent(1000000000000, true) }}",
        "{{ {'a': [1]} | tojson(indent=1000000000) * 1000000 }}",
        "{{ 2 ** 9000000000000000000 }}"
      })
  void endlessWorkIsAnError(String template) {
    assertThatThrownBy(() -> render(template)).isInstanceOf(JinjaException.class);
  }

  @Test
  void endlessNestingIsAnError() {
    List<String> templates =
        List.of(
            "{{ " + "(".repeat(100_000),
            "{{ " + "[".repeat(100_000),
            "{{ " + "-".repeat(100_000) + "1 }}",
            "{{ " + "not ".repeat(100_000) + "1 }}{{ x.y.z }}",
            "{{ 1" + "+1".repeat(100_000) + " + nothing }}",
            "{{ 1" + " if 1 else 1".repeat(100_000) + " + nothing }}",
            "{% if 1 %}".repeat(10_000),
            "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
            "{% set ns = namespace(t=[1]) %}{% for i in range(900) %}{% set ns.t = [ns.t] %}"
                + "{% endfor %}{{ ns.t }}");
    for (String template : templates) {
      assertThatThrownBy(() -> render(template)).isInstanceOf(JinjaException.class);
    }
  }

  @Test
  void workMayGrowWithTheMessages() {
    String content = "x".repeat(5_000_000);
    String template = "{% for i in range(9) %}{% set x = m.strip() + 'a' %}{% endfor %}{{ m }}";
    MarkedText out = JinjaTemplate.parse(template).render(Map.of("m", MarkedText.foreign(content)));
    assertThat(out.length()).isEqualTo(content.length());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "<{{ m }}>                            ; <ABcD>   ; 0111 1 0",
        "{{ m[1:3] }}!                        ; Bc!      ; 110",
        "{{ m.split('c')[-1] + 'x' }}         ; Dx       ; 10",
        "{{ m.replace('c', '--') }}           ; AB--D    ; 11001",
        "{{ ['a', m] | join(',') }}           ; a,ABcD   ; 001111",
        "{{ m | upper }}.                     ; ABCD.    ; 11110",
        "{{ '%' ~ m | lower }}                ; %abcd    ; 01111",
        "{% set x %}({{ m }}){% endset %}{{x}}; (ABcD)   ; 011110",
        "{{ [m] | tojson }}                   ; [\"ABcD\"] ; 01111110",
        "{{ m[::-1] }}.                       ; DcBA.    ; 11110",
        "{{ m == 'ABcD' and 'yes' }}          ; yes      ; 000",
      })
  void marksFollowTheCharacters(String template, String text, String marks) {
    MarkedText out = JinjaTemplate.parse(template).render(Map.of("m", MarkedText.foreign("ABcD")));
    assertThat(out).hasToString(text);
    String found = "";
    for (int i = 0; i < text.length(); i++) {
      found += out.isForeign(i, i + 1) ? "1" : "0";
    }
    assertThat(found).isEqualTo(marks.replace(" ", ""));
  }

  @Test
  void timeIsWrittenAsAsked() {
    JinjaTemplate template =
        JinjaTemplate.parse(
            "{{ strftime_now('%d %b %Y, %A %H:%M:%S %% %j') }}",
            () -> LocalDateTime.of(2026, 3, 4, 5, 6, 7));
    assertThat(template.render(Map.of())).hasToString("04 Mar 2026, Wednesday 05:06:07 % 063");
  }

  @Test
  void slicesAndLengthsCountCharactersBeyondThePlane() {
    MarkedText out =
        JinjaTemplate.parse("{{ m | length }}{{ m[1:] }}{{ m[0] }}{{ m[-1:] }}")
            .render(Map.of("m", MarkedText.foreign("😀é🕛")));
    assertThat(out).hasToString("3é🕛😀🕛");
  }

  private static String render(String template) {
    return JinjaTemplate.parse(template).render(Map.of()).toString();
  }
}
