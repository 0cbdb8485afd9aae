<?xml version="1.0" encoding="UTF-8"?>
<!--
  SPDX-License-Identifier: Apache-2.0

  The HTML report: one page, no outside resource. Input is the XML of a result as result.rng
  describes it, with an element NAME_html after each Markdown element NAME, and of each finding's
  evidence the first eight rows that do not pass (evidence/@told says how many there are); the others
  come as HTML from text:evidence-html(evidence/@of, skip). A folder given with `ringfence report RESULT
  TEMPLATES option` may hold a changed copy of this file, of report.css and of report.js.

  Cost is linear in the size of the result: no preceding-sibling, no // within a loop; only findings,
  groups and services are sorted.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:text="urn:ringfence:template:1" exclude-result-prefixes="text">

<xsl:output method="html" encoding="UTF-8" indent="no"/>

<!-- The Content-Security-Policy, with the hashes of the style sheet and the script. -->
<xsl:param name="policy"/>
<!-- report.css and report.js -->
<xsl:param name="style"/>
<xsl:param name="script"/>

<xsl:key name="finding" match="finding" use="@id"/>
<xsl:key name="group" match="group" use="@id"/>

<xsl:variable name="failed" select="/result/findings/finding[@status = 'fail']"/>
<xsl:variable name="undecided" select="/result/findings/finding[@status = 'unknown']"/>
<xsl:variable name="accepted" select="/result/findings/finding[@status = 'waived']"/>
<xsl:variable name="passed" select="/result/findings/finding[@status = 'pass']"/>
<xsl:variable name="elsewhere" select="/result/findings/finding[@status = 'not-applicable']"/>

<!-- Sections that the handout does without, between commas. -->
<xsl:variable name="left-out" select="/result/handout/@leave_out"/>

<!-- Rows of evidence and of attackers that stand open, and services that the picture names; the rest folds. -->
<xsl:variable name="evidence-open" select="8"/>
<xsl:variable name="services-named" select="14"/>
<xsl:variable name="attackers-open" select="10"/>

<xsl:template match="/result">
  <html lang="{text:language()}">
    <xsl:text>&#10;</xsl:text>
    <head>
      <meta http-equiv="Content-Security-Policy" content="{$policy}"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="color-scheme" content="light dark"/>
      <meta name="referrer" content="no-referrer"/>
      <meta name="robots" content="noindex"/>
      <title>
        <xsl:value-of select="text:say('%1: %2 of 100, grade %3', target/@name, score/@value, score/@grade)"/>
      </title>
      <xsl:text>&#10;</xsl:text>
      <style><xsl:value-of select="$style"/></style>
    </head>
    <xsl:text>&#10;</xsl:text>
    <body>
      <a class="skip" href="#summary"><xsl:value-of select="text:say('Skip to the summary')"/></a>
      <xsl:call-template name="masthead"/>
      <main>
        <xsl:call-template name="summary"/>
        <xsl:if test="handout/introduction != ''"><section class="own" aria-label="{text:say('Introduction')}"><xsl:copy-of select="handout/introduction_html/node()"/></section></xsl:if>
        <xsl:call-template name="first-steps"/>
        <xsl:call-template name="exposure"/>
        <xsl:if test="not(contains($left-out, ',next,'))"><xsl:call-template name="next"/></xsl:if>
        <xsl:if test="not(contains($left-out, ',changes,'))"><xsl:apply-templates select="changes"/></xsl:if>
        <xsl:if test="not(contains($left-out, ',trend,'))"><xsl:apply-templates select="history[run[2]]"/></xsl:if>
        <xsl:call-template name="findings"/>
        <xsl:call-template name="undecided"/>
        <xsl:call-template name="accepted"/>
        <xsl:apply-templates select="waivers[waiver/@state != 'holds']"/>
        <xsl:if test="not(contains($left-out, ',services,'))"><xsl:apply-templates select="services[service]"/></xsl:if>
        <xsl:if test="not(contains($left-out, ',access,'))"><xsl:apply-templates select="access[login]"/></xsl:if>
        <xsl:if test="not(contains($left-out, ',activity,'))"><xsl:apply-templates select="activity"/></xsl:if>
        <xsl:if test="not(contains($left-out, ',unread,'))"><xsl:apply-templates select="unread[fact]"/></xsl:if>
        <xsl:if test="not(contains($left-out, ',met,'))"><xsl:call-template name="met"/></xsl:if>
        <xsl:if test="not(contains($left-out, ',score,'))"><xsl:call-template name="score"/></xsl:if>
        <xsl:if test="not(contains($left-out, ',words,'))"><xsl:call-template name="words"/></xsl:if>
        <xsl:if test="handout/closing != ''"><section class="own" aria-label="{text:say('Closing words')}"><xsl:copy-of select="handout/closing_html/node()"/></section></xsl:if>
      </main>
      <xsl:call-template name="colophon"/>
      <script><xsl:value-of select="$script"/></script>
    </body>
    <xsl:text>&#10;</xsl:text>
  </html>
</xsl:template>

<!-- ======================================================================= head of the page -->

<xsl:template name="masthead">
  <xsl:text>&#10;</xsl:text>
  <header class="masthead">
    <p class="wordmark">
      <svg viewBox="0 0 20 20" aria-hidden="true" focusable="false">
        <circle cx="10" cy="10" r="8.5"/>
        <circle cx="10" cy="10" r="3.2" class="core"/>
      </svg>
      <xsl:text>ringfence</xsl:text>
    </p>
    <nav aria-label="{text:say('Sections')}">
      <ul>
        <xsl:if test="$failed"><li><a href="#first"><xsl:value-of select="text:say('First steps')"/></a></li></xsl:if>
        <xsl:if test="services/service"><li><a href="#exposure"><xsl:value-of select="text:say('Exposure')"/></a></li></xsl:if>
        <xsl:if test="changes and not(contains($left-out, ',changes,'))"><li><a href="#changes"><xsl:value-of select="text:say('Changes')"/></a></li></xsl:if>
        <xsl:if test="$failed"><li><a href="#findings"><xsl:value-of select="text:say('Findings')"/></a></li></xsl:if>
        <xsl:if test="services/service and not(contains($left-out, ',services,'))"><li><a href="#services"><xsl:value-of select="text:say('Services')"/></a></li></xsl:if>
        <xsl:if test="access/login and not(contains($left-out, ',access,'))"><li><a href="#access"><xsl:value-of select="text:say('Logins')"/></a></li></xsl:if>
        <xsl:if test="not(contains($left-out, ',activity,'))"><li><a href="#activity"><xsl:value-of select="text:say('Activity')"/></a></li></xsl:if>
        <xsl:if test="unread/fact and not(contains($left-out, ',unread,'))"><li><a href="#unread"><xsl:value-of select="text:say('Not read')"/></a></li></xsl:if>
        <xsl:if test="not(contains($left-out, ',met,'))"><li><a href="#met"><xsl:value-of select="text:say('Met')"/></a></li></xsl:if>
        <xsl:if test="not(contains($left-out, ',score,'))"><li><a href="#score"><xsl:value-of select="text:say('Score')"/></a></li></xsl:if>
        <xsl:if test="not(contains($left-out, ',words,'))"><li><a href="#words"><xsl:value-of select="text:say('Words')"/></a></li></xsl:if>
      </ul>
    </nav>
  </header>
</xsl:template>

<xsl:template name="summary">
  <xsl:text>&#10;</xsl:text>
  <section id="summary" class="summary" aria-labelledby="host">
    <div class="title">
      <xsl:if test="handout/@logo != ''"><img class="logo" src="{handout/@logo}" alt="{handout/@name}"/></xsl:if>
      <p class="over">
        <xsl:choose>
          <xsl:when test="handout/@customer != '' and handout/@name != ''"><xsl:value-of select="text:say('Hardening audit for %1 by %2', handout/@customer, handout/@name)"/></xsl:when>
          <xsl:when test="handout/@customer != ''"><xsl:value-of select="text:say('Hardening audit for %1', handout/@customer)"/></xsl:when>
          <xsl:when test="handout/@name != ''"><xsl:value-of select="text:say('Hardening audit by %1', handout/@name)"/></xsl:when>
          <xsl:otherwise><xsl:value-of select="text:say('Hardening audit')"/></xsl:otherwise>
        </xsl:choose>
      </p>
      <h1 id="host"><xsl:value-of select="target/@name"/></h1>
      <p class="about">
        <xsl:if test="target/pbx/@name != ''">
          <span><xsl:value-of select="normalize-space(concat(target/pbx/@name, ' ', target/pbx/@version))"/></span>
        </xsl:if>
        <xsl:if test="target/@role != ''"><span><xsl:value-of select="target/@role"/></span></xsl:if>
        <xsl:if test="target/@os != ''"><span><xsl:value-of select="target/@os"/></span></xsl:if>
        <span><xsl:call-template name="time"><xsl:with-param name="value" select="target/@started"/></xsl:call-template></span>
      </p>
    </div>
    <div class="verdict grade-{score/@grade}">
      <xsl:call-template name="dial"/>
      <div class="words">
        <p class="lead"><xsl:call-template name="verdict"/></p>
        <xsl:if test="score/capped_by/cap"><p><xsl:call-template name="caps"/></p></xsl:if>
        <ul class="counts" aria-label="{text:say('Checks by outcome')}">
          <xsl:call-template name="count">
            <xsl:with-param name="class" select="'critical'"/><xsl:with-param name="what" select="text:say('critical')"/>
            <xsl:with-param name="number" select="count($failed[@band = 'critical'])"/>
          </xsl:call-template>
          <xsl:call-template name="count">
            <xsl:with-param name="class" select="'high'"/><xsl:with-param name="what" select="text:say('high')"/>
            <xsl:with-param name="number" select="count($failed[@band = 'high'])"/>
          </xsl:call-template>
          <xsl:call-template name="count">
            <xsl:with-param name="class" select="'medium'"/><xsl:with-param name="what" select="text:say('medium')"/>
            <xsl:with-param name="number" select="count($failed[@band = 'medium'])"/>
          </xsl:call-template>
          <xsl:call-template name="count">
            <xsl:with-param name="class" select="'low'"/><xsl:with-param name="what" select="text:say('low')"/>
            <xsl:with-param name="number" select="count($failed[@band = 'low'])"/>
          </xsl:call-template>
          <xsl:call-template name="count">
            <xsl:with-param name="class" select="'pass'"/><xsl:with-param name="what" select="text:say('met')"/>
            <xsl:with-param name="number" select="count($passed)"/>
          </xsl:call-template>
          <xsl:call-template name="count">
            <xsl:with-param name="class" select="'unknown'"/><xsl:with-param name="what" select="text:say('undecided')"/>
            <xsl:with-param name="number" select="count($undecided)"/>
          </xsl:call-template>
          <xsl:if test="$accepted">
            <xsl:call-template name="count">
              <xsl:with-param name="class" select="'waived'"/><xsl:with-param name="what" select="text:say('accepted')"/>
              <xsl:with-param name="number" select="count($accepted)"/>
            </xsl:call-template>
          </xsl:if>
        </ul>
        <xsl:if test="score/groups/group[@fail &gt; 0]">
          <p class="weakest">
            <xsl:value-of select="text:say('Weakest:')"/><xsl:text> </xsl:text>
            <xsl:for-each select="score/groups/group[@fail &gt; 0]">
              <xsl:sort select="@value" data-type="number"/>
              <xsl:sort select="@fail" data-type="number" order="descending"/>
              <xsl:if test="position() &lt;= 3">
                <xsl:if test="position() &gt; 1"><xsl:text> · </xsl:text></xsl:if>
                <b><xsl:value-of select="@title"/></b>
                <xsl:text> (</xsl:text><xsl:value-of select="text:say('%1 of %2 not met', @fail, @fail + @pass)"/><xsl:text>)</xsl:text>
              </xsl:if>
            </xsl:for-each>
          </p>
        </xsl:if>
        <p class="formula">
          <xsl:value-of select="text:say('%1 penalty points make this score; %2 % of what applies was decided.', text:number(score/@deduction), text:number(100 * score/@coverage))"/>
          <xsl:if test="score/@low != score/@value">
            <xsl:text> </xsl:text>
            <xsl:value-of select="text:say('The rest at worst makes it %1.', score/@low)"/>
          </xsl:if>
          <xsl:if test="score/@unwaived != score/@value">
            <xsl:text> </xsl:text>
            <xsl:value-of select="text:say('Without accepted risks it is %1.', score/@unwaived)"/>
          </xsl:if>
          <xsl:text> </xsl:text>
          <xsl:if test="not(contains($left-out, ',score,'))"><a href="#score"><xsl:value-of select="text:say('How it is computed')"/></a></xsl:if>
        </p>
      </div>
    </div>
  </section>
</xsl:template>

<!-- The score as a ring; the words beside it say the same. -->
<xsl:template name="dial">
  <svg class="dial" viewBox="0 0 120 120" role="img"
       aria-label="{text:say('Score %1 of 100, grade %2', score/@value, score/@grade)}">
    <circle class="track" cx="60" cy="60" r="52"/>
    <xsl:if test="score/@value &gt; 0">
      <circle class="arc" cx="60" cy="60" r="52" pathLength="100" stroke-dasharray="{score/@value} 100"
              transform="rotate(-90 60 60)"/>
    </xsl:if>
    <text class="number" x="60" y="66" text-anchor="middle"><xsl:value-of select="score/@value"/></text>
    <text class="of" x="60" y="86" text-anchor="middle"><xsl:value-of select="text:say('of 100')"/></text>
  </svg>
</xsl:template>

<xsl:template name="verdict">
  <span class="grade"><xsl:value-of select="text:say('Grade %1.', score/@grade)"/></span>
  <xsl:text> </xsl:text>
  <xsl:choose>
    <xsl:when test="not($failed)"><xsl:value-of select="text:say('Every requirement that could be decided is met.')"/></xsl:when>
    <xsl:otherwise>
      <xsl:value-of select="text:count('%1 of %2 requirements is not met.', '%1 of %2 requirements are not met.', count($failed), count($failed) + count($passed) + count($accepted))"/>
      <xsl:variable name="open" select="count(services/service[@exposure = 'anywhere'])"/>
      <xsl:if test="$open">
        <xsl:text> </xsl:text>
        <xsl:value-of select="text:count('The whole Internet reaches %1 service.', 'The whole Internet reaches %1 services.', $open)"/>
      </xsl:if>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="caps">
  <xsl:if test="score/capped_by/cap">
    <xsl:value-of select="text:say('Held at %1, whatever else is mended; without that it would be %2.', score/@value, score/@raw)"/>
    <xsl:text> </xsl:text>
    <xsl:value-of select="text:say('It is held by:')"/>
    <xsl:text> </xsl:text>
    <xsl:for-each select="score/capped_by/cap">
      <xsl:if test="position() &gt; 1">, </xsl:if>
      <xsl:choose>
        <xsl:when test="key('finding', .)"><a href="#{.}"><xsl:value-of select="."/></a></xsl:when>
        <xsl:when test=". = 'coverage'"><xsl:value-of select="text:say('how little could be decided')"/></xsl:when>
        <xsl:otherwise><xsl:value-of select="."/></xsl:otherwise>
      </xsl:choose>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

<xsl:template name="count">
  <xsl:param name="class"/>
  <xsl:param name="what"/>
  <xsl:param name="number"/>
  <li class="{$class}">
    <xsl:if test="$number = 0"><xsl:attribute name="class"><xsl:value-of select="$class"/> none</xsl:attribute></xsl:if>
    <b><xsl:value-of select="$number"/></b>
    <xsl:text> </xsl:text>
    <span><xsl:value-of select="$what"/></span>
  </li>
</xsl:template>

<!-- ======================================================================= three things first -->

<xsl:template name="first-steps">
  <xsl:if test="$failed">
    <xsl:text>&#10;</xsl:text>
    <section id="first" aria-labelledby="first-title">
      <h2 id="first-title">
        <xsl:choose>
          <xsl:when test="count($failed) = 1"><xsl:value-of select="text:say('Do this first')"/></xsl:when>
          <xsl:when test="count($failed) = 2"><xsl:value-of select="text:say('Do these two first')"/></xsl:when>
          <xsl:otherwise><xsl:value-of select="text:say('Do these three first')"/></xsl:otherwise>
        </xsl:choose>
      </h2>
      <ol class="steps">
        <xsl:for-each select="$failed">
          <xsl:sort select="@gain" data-type="number" order="descending"/>
          <xsl:sort select="@deduction" data-type="number" order="descending"/>
          <xsl:sort select="@severity" data-type="number" order="descending"/>
          <xsl:if test="position() &lt;= 3">
            <xsl:text>&#10;</xsl:text>
            <li class="{@band}">
              <p class="goal"><a href="#{@id}"><xsl:value-of select="title"/></a></p>
              <p><xsl:value-of select="summary"/></p>
              <p class="facts">
                <xsl:call-template name="band"/>
                <xsl:call-template name="gain"/>
                <xsl:call-template name="disruption"/>
              </p>
            </li>
          </xsl:if>
        </xsl:for-each>
      </ol>
    </section>
  </xsl:if>
</xsl:template>

<xsl:template name="band">
  <span class="band {@band}">
    <xsl:value-of select="concat(text:say(@band), ' ', text:decimal(@severity))"/>
  </span>
</xsl:template>

<xsl:template name="gain">
  <span class="gain">
    <xsl:choose>
      <xsl:when test="@gain &gt; 0"><xsl:value-of select="text:count('+%1 point', '+%1 points', @gain)"/></xsl:when>
      <xsl:when test="/result/score/capped_by/cap"><xsl:value-of select="text:say('gains once no cap holds')"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="text:say('removes %1 penalty points', text:number(@deduction))"/></xsl:otherwise>
    </xsl:choose>
  </span>
</xsl:template>

<xsl:template name="disruption">
  <xsl:variable name="what" select="remedy/@disruption"/>
  <xsl:if test="remedy/commands/command">
    <span class="disruption {$what}">
      <xsl:choose>
        <xsl:when test="$what = 'none'"><xsl:value-of select="text:say('disturbs nothing')"/></xsl:when>
        <xsl:when test="$what = 'reload'"><xsl:value-of select="text:say('needs a reload')"/></xsl:when>
        <xsl:when test="$what = 'restart'"><xsl:value-of select="text:say('needs a restart')"/></xsl:when>
        <xsl:when test="$what = 'calls-drop'"><xsl:value-of select="text:say('drops calls')"/></xsl:when>
        <xsl:when test="$what = 'lockout-risk'"><xsl:value-of select="text:say('can lock you out: keep a session open')"/></xsl:when>
      </xsl:choose>
    </span>
  </xsl:if>
</xsl:template>

<!-- The smallest set of remedies that reaches the next grade. -->
<xsl:template name="next">
  <xsl:if test="score/next">
    <xsl:text>&#10;</xsl:text>
    <section id="next" aria-labelledby="next-title">
      <h2 id="next-title"><xsl:value-of select="text:say('The shortest way to grade %1', score/next/@grade)"/></h2>
      <p class="note">
        <xsl:value-of select="text:count('%1 remedy is enough. Then the score is %2.', '%1 remedies are enough, and fewer are not; those that gain most for what they disturb stand first. Then the score is %2.', count(score/next/findings/id), score/next/@value)"/>
      </p>
      <xsl:choose>
        <xsl:when test="count(score/next/findings/id) &gt; 8">
          <details><summary><xsl:value-of select="text:say('All %1 in order', count(score/next/findings/id))"/></summary><xsl:call-template name="way"/></details>
        </xsl:when>
        <xsl:otherwise><xsl:call-template name="way"/></xsl:otherwise>
      </xsl:choose>
    </section>
  </xsl:if>
</xsl:template>

<xsl:template name="way">
      <ol class="way">
        <xsl:for-each select="score/next/findings/id">
          <xsl:variable name="id" select="."/>
          <xsl:text>&#10;</xsl:text>
          <li>
            <xsl:for-each select="key('finding', $id)">
              <a href="#{@id}"><span class="id"><xsl:value-of select="@id"/></span><xsl:text> </xsl:text><xsl:value-of select="title"/></a>
              <xsl:text> </xsl:text>
              <span class="minor"><xsl:call-template name="disruption"/></span>
            </xsl:for-each>
          </li>
        </xsl:for-each>
      </ol>
</xsl:template>

<!-- ======================================================================= what changed -->

<xsl:template match="changes">
  <xsl:text>&#10;</xsl:text>
  <section id="changes" aria-labelledby="changes-title">
    <h2 id="changes-title"><xsl:value-of select="text:say('What changed')"/></h2>
    <p class="note">
      <xsl:value-of select="text:say('Since %1, when the score was %2, grade %3:', text:date(@started), @value, @grade)"/>
      <xsl:text> </xsl:text>
      <xsl:value-of select="text:say('%1 new, %2 worse, %3 better, %4 fixed, %5 no longer looked at or decided, %6 as before.', count(findings/change[@change = 'new']), count(findings/change[@change = 'worse']), count(findings/change[@change = 'better']), count(findings/change[@change = 'fixed']), count(findings/change[@change = 'lost']), @same)"/>
    </p>
    <xsl:if test="findings/change">
      <table class="changes stack">
        <thead><tr><th scope="col"><xsl:value-of select="text:say('Change')"/></th><th scope="col"><xsl:value-of select="text:say('Requirement')"/></th><th scope="col"><xsl:value-of select="text:say('In what')"/></th></tr></thead>
        <tbody>
          <xsl:apply-templates select="findings/change[@change = 'new']"/>
          <xsl:apply-templates select="findings/change[@change = 'worse']"/>
          <xsl:apply-templates select="findings/change[@change = 'lost']"/>
          <xsl:apply-templates select="findings/change[@change = 'better']"/>
          <xsl:apply-templates select="findings/change[@change = 'fixed']"/>
        </tbody>
      </table>
    </xsl:if>
    <xsl:if test="services/change">
      <h3><xsl:value-of select="text:say('Who reaches what, then and now')"/></h3>
      <table class="changes stack">
        <thead><tr><th scope="col"><xsl:value-of select="text:say('Service')"/></th><th scope="col"><xsl:value-of select="text:say('Over IPv4')"/></th><th scope="col"><xsl:value-of select="text:say('Over IPv6')"/></th></tr></thead>
        <tbody>
          <xsl:for-each select="services/change">
            <xsl:text>&#10;</xsl:text>
            <tr>
              <th scope="row">
                <span class="port"><xsl:value-of select="concat(@proto, ' ', @port)"/></span>
                <xsl:value-of select="concat(' ', @process)"/>
                <span class="minor address"><xsl:value-of select="@address"/></span>
              </th>
              <td data-label="{text:say('Over IPv4')}"><xsl:call-template name="moved"><xsl:with-param name="before" select="@ipv4_before"/><xsl:with-param name="after" select="@ipv4_after"/></xsl:call-template></td>
              <td data-label="{text:say('Over IPv6')}"><xsl:call-template name="moved"><xsl:with-param name="before" select="@ipv6_before"/><xsl:with-param name="after" select="@ipv6_after"/></xsl:call-template></td>
            </tr>
          </xsl:for-each>
        </tbody>
      </table>
    </xsl:if>
  </section>
</xsl:template>

<xsl:template match="changes/findings/change">
  <xsl:text>&#10;</xsl:text>
  <tr>
    <th scope="row" class="change-{@change}">
      <xsl:choose>
        <xsl:when test="@change = 'lost'"><xsl:value-of select="text:say('not known to be fixed')"/></xsl:when>
        <xsl:otherwise><xsl:value-of select="text:say(@change)"/></xsl:otherwise>
      </xsl:choose>
    </th>
    <td data-label="{text:say('Requirement')}">
      <xsl:choose>
        <xsl:when test="key('finding', @id)[@status = 'fail' or @status = 'unknown' or @status = 'waived']"><a href="#{@id}"><span class="id"><xsl:value-of select="@id"/></span></a></xsl:when>
        <xsl:otherwise><span class="id"><xsl:value-of select="@id"/></span></xsl:otherwise>
      </xsl:choose>
      <xsl:value-of select="concat(' ', title)"/>
    </td>
    <td data-label="{text:say('In what')}">
      <xsl:choose>
        <xsl:when test="@subjects_new + @subjects_gone &gt; 0">
          <xsl:if test="@subjects_new &gt; 0"><xsl:value-of select="text:say('%1 more', @subjects_new)"/></xsl:if>
          <xsl:if test="@subjects_new &gt; 0 and @subjects_gone &gt; 0">, </xsl:if>
          <xsl:if test="@subjects_gone &gt; 0"><xsl:value-of select="text:say('%1 fewer', @subjects_gone)"/></xsl:if>
        </xsl:when>
        <xsl:when test="@exposure_before != '' and @exposure_after != '' and @exposure_before != @exposure_after">
          <xsl:call-template name="moved"><xsl:with-param name="before" select="@exposure_before"/><xsl:with-param name="after" select="@exposure_after"/></xsl:call-template>
        </xsl:when>
        <xsl:otherwise>–</xsl:otherwise>
      </xsl:choose>
    </td>
  </tr>
</xsl:template>

<xsl:template name="moved">
  <xsl:param name="before"/>
  <xsl:param name="after"/>
  <xsl:call-template name="reach-or-none"><xsl:with-param name="of" select="$before"/></xsl:call-template>
  <xsl:if test="$before != $after">
    <xsl:text> → </xsl:text>
    <b><xsl:call-template name="reach-or-none"><xsl:with-param name="of" select="$after"/></xsl:call-template></b>
  </xsl:if>
</xsl:template>

<xsl:template name="reach-or-none">
  <xsl:param name="of"/>
  <xsl:choose>
    <xsl:when test="$of = '' or $of = 'not-applicable'"><xsl:value-of select="text:say('does not listen')"/></xsl:when>
    <xsl:otherwise><xsl:call-template name="exposure-word"><xsl:with-param name="of" select="$of"/></xsl:call-template></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- The scores of the runs as a line, with the grades behind it; the table below says the same. -->
<xsl:template match="history">
  <xsl:variable name="runs" select="count(run)"/>
  <xsl:text>&#10;</xsl:text>
  <section id="trend" aria-labelledby="trend-title">
    <h2 id="trend-title"><xsl:value-of select="text:say('The score over time')"/></h2>
    <svg class="trend" viewBox="0 0 640 150" role="img"
         aria-label="{text:say('Score of %1 runs: %2 at first, %3 now', $runs, run[1]/@value, run[last()]/@value)}">
      <xsl:call-template name="grade-line"><xsl:with-param name="from" select="90"/><xsl:with-param name="name" select="'A'"/></xsl:call-template>
      <xsl:call-template name="grade-line"><xsl:with-param name="from" select="75"/><xsl:with-param name="name" select="'B'"/></xsl:call-template>
      <xsl:call-template name="grade-line"><xsl:with-param name="from" select="60"/><xsl:with-param name="name" select="'C'"/></xsl:call-template>
      <xsl:call-template name="grade-line"><xsl:with-param name="from" select="40"/><xsl:with-param name="name" select="'D'"/></xsl:call-template>
      <polyline>
        <xsl:attribute name="points">
          <xsl:for-each select="run">
            <xsl:value-of select="concat(format-number(24 + (position() - 1) * 600 div ($runs - 1), '0.#'), ',', format-number(130 - 1.2 * @value, '0.#'), ' ')"/>
          </xsl:for-each>
        </xsl:attribute>
      </polyline>
      <circle cx="624" cy="{format-number(130 - 1.2 * run[last()]/@value, '0.#')}" r="4"/>
      <text x="24" y="147"><xsl:value-of select="text:day(run[1]/@started)"/></text>
      <text x="624" y="147" text-anchor="end"><xsl:value-of select="text:day(run[last()]/@started)"/></text>
    </svg>
    <details>
      <summary><xsl:value-of select="text:say('The runs as a table')"/></summary>
      <table class="stack">
        <thead><tr><th scope="col"><xsl:value-of select="text:say('Started')"/></th><th scope="col"><xsl:value-of select="text:say('Score')"/></th><th scope="col"><xsl:value-of select="text:say('Critical')"/></th><th scope="col"><xsl:value-of select="text:say('High')"/></th><th scope="col"><xsl:value-of select="text:say('Medium')"/></th><th scope="col"><xsl:value-of select="text:say('Low')"/></th><th scope="col"><xsl:value-of select="text:say('Undecided')"/></th></tr></thead>
        <tbody>
          <xsl:for-each select="run">
            <xsl:text>&#10;</xsl:text>
            <tr>
              <th scope="row"><xsl:call-template name="time"><xsl:with-param name="value" select="@started"/></xsl:call-template></th>
              <td data-label="{text:say('Score')}" class="number"><xsl:value-of select="concat(@value, ' ', @grade)"/></td>
              <td data-label="{text:say('Critical')}" class="number"><xsl:value-of select="@critical"/></td>
              <td data-label="{text:say('High')}" class="number"><xsl:value-of select="@high"/></td>
              <td data-label="{text:say('Medium')}" class="number"><xsl:value-of select="@medium"/></td>
              <td data-label="{text:say('Low')}" class="number"><xsl:value-of select="@minor"/></td>
              <td data-label="{text:say('Undecided')}" class="number"><xsl:value-of select="@unknown"/></td>
            </tr>
          </xsl:for-each>
        </tbody>
      </table>
    </details>
  </section>
</xsl:template>

<xsl:template name="grade-line">
  <xsl:param name="from"/>
  <xsl:param name="name"/>
  <line x1="24" x2="624" y1="{130 - 1.2 * $from}" y2="{130 - 1.2 * $from}"/>
  <text x="0" y="{134 - 1.2 * $from}"><xsl:value-of select="$name"/></text>
</xsl:template>

<!-- ======================================================================= exposure -->

<!-- The picture: from what everybody reaches to what only the host itself does. -->
<xsl:template name="exposure">
  <xsl:if test="services/service">
    <xsl:text>&#10;</xsl:text>
    <section id="exposure" aria-labelledby="exposure-title">
      <h2 id="exposure-title"><xsl:value-of select="text:say('Who can reach what')"/></h2>
      <div class="map">
        <xsl:call-template name="ring"><xsl:with-param name="to" select="'anywhere'"/></xsl:call-template>
        <xsl:call-template name="ring"><xsl:with-param name="to" select="'networks'"/></xsl:call-template>
        <xsl:call-template name="ring"><xsl:with-param name="to" select="'host'"/></xsl:call-template>
        <xsl:call-template name="ring"><xsl:with-param name="to" select="'unknown'"/></xsl:call-template>
      </div>
      <xsl:if test="not(contains($left-out, ',services,'))"><p class="note"><a href="#services"><xsl:value-of select="text:say('Service by service, with the rules that decide')"/></a></p></xsl:if>
    </section>
  </xsl:if>
</xsl:template>

<xsl:template name="ring">
  <xsl:param name="to"/>
  <xsl:variable name="here" select="services/service[@exposure = $to]"/>
  <xsl:if test="$here or $to != 'unknown'">
    <xsl:text>&#10;</xsl:text>
    <div class="ring {$to}">
      <h3><xsl:call-template name="reaches"><xsl:with-param name="count" select="count($here)"/><xsl:with-param name="to" select="$to"/></xsl:call-template></h3>
      <xsl:if test="$here">
        <ul>
          <xsl:for-each select="$here[position() &lt;= $services-named]">
            <li><span class="port"><xsl:value-of select="@proto"/><xsl:if test="@port != 0"><xsl:value-of select="concat(' ', @port)"/></xsl:if></span><xsl:if test="@name != ''"><xsl:value-of select="concat(' ', @name)"/></xsl:if></li>
          </xsl:for-each>
          <xsl:if test="count($here) &gt; $services-named"><li class="more"><xsl:value-of select="text:say('and %1 more', count($here) - $services-named)"/></li></xsl:if>
        </ul>
      </xsl:if>
    </div>
  </xsl:if>
</xsl:template>

<xsl:template name="reaches">
  <xsl:param name="count"/>
  <xsl:param name="to"/>
  <xsl:choose>
    <xsl:when test="$to = 'anywhere' and $count = 0"><xsl:value-of select="text:say('The whole Internet reaches nothing')"/></xsl:when>
    <xsl:when test="$to = 'anywhere'"><xsl:value-of select="text:count('The whole Internet reaches %1 service', 'The whole Internet reaches %1 services', $count)"/></xsl:when>
    <xsl:when test="$to = 'networks' and $count = 0"><xsl:value-of select="text:say('Some networks reach nothing more')"/></xsl:when>
    <xsl:when test="$to = 'networks'"><xsl:value-of select="text:count('Some networks reach %1 service', 'Some networks reach %1 services', $count)"/></xsl:when>
    <xsl:when test="$to = 'host' and $count = 0"><xsl:value-of select="text:say('This host alone reaches nothing more')"/></xsl:when>
    <xsl:when test="$to = 'host'"><xsl:value-of select="text:count('This host alone reaches %1 service', 'This host alone reaches %1 services', $count)"/></xsl:when>
    <xsl:otherwise><xsl:value-of select="text:count('Who reaches %1 service could not be told', 'Who reaches %1 services could not be told', $count)"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template match="services">
  <xsl:text>&#10;</xsl:text>
  <section id="services" aria-labelledby="services-title">
    <h2 id="services-title"><xsl:value-of select="text:say('Service by service')"/></h2>
    <p class="note"><xsl:value-of select="text:say('What listens on this host, and who gets through its firewall to it. The bar grows from this host over some networks to the whole Internet.')"/></p>
    <table class="services stack">
      <thead>
        <tr><th scope="col"><xsl:value-of select="text:say('Service')"/></th><th scope="col"><xsl:value-of select="text:say('Process')"/></th><th scope="col"><xsl:value-of select="text:say('Over IPv4')"/></th><th scope="col"><xsl:value-of select="text:say('Over IPv6')"/></th></tr>
      </thead>
      <tbody>
        <xsl:apply-templates select="service[@exposure = 'anywhere']"/>
        <xsl:apply-templates select="service[@exposure = 'unknown']"/>
        <xsl:apply-templates select="service[@exposure = 'networks']"/>
        <xsl:apply-templates select="service[@exposure = 'host']"/>
        <xsl:apply-templates select="service[@exposure = 'not-applicable']"/>
      </tbody>
    </table>
  </section>
</xsl:template>

<xsl:template match="service">
  <xsl:text>&#10;</xsl:text>
  <tr>
    <th scope="row">
      <span class="port">
        <xsl:value-of select="@proto"/>
        <xsl:if test="@port != 0"><xsl:value-of select="concat(' ', @port)"/></xsl:if>
      </span>
      <xsl:text> </xsl:text>
      <xsl:value-of select="@name"/>
      <xsl:if test="reach/part">
        <details class="why">
          <summary><xsl:value-of select="text:say('by which rules')"/><span class="hidden">: <xsl:value-of select="concat(@proto, ' ', @port)"/></span></summary>
          <ul><xsl:apply-templates select="reach/part"/></ul>
        </details>
      </xsl:if>
    </th>
    <td data-label="{text:say('Process')}">
      <xsl:choose>
        <xsl:when test="@process != ''"><xsl:value-of select="@process"/></xsl:when>
        <xsl:otherwise>–</xsl:otherwise>
      </xsl:choose>
      <xsl:if test="@user != ''"><span class="minor"><xsl:text> </xsl:text><xsl:value-of select="text:say('as %1', @user)"/></span></xsl:if>
      <xsl:if test="@address != ''"><span class="minor address"><xsl:value-of select="@address"/></span></xsl:if>
    </td>
    <td data-label="{text:say('Over IPv4')}"><xsl:call-template name="lane"><xsl:with-param name="to" select="@exposure_ipv4"/></xsl:call-template></td>
    <td data-label="{text:say('Over IPv6')}"><xsl:call-template name="lane"><xsl:with-param name="to" select="@exposure_ipv6"/></xsl:call-template></td>
  </tr>
</xsl:template>

<xsl:template name="lane">
  <xsl:param name="to"/>
  <xsl:choose>
    <xsl:when test="$to = 'not-applicable'"><span class="minor"><xsl:value-of select="text:say('does not listen')"/></span></xsl:when>
    <xsl:otherwise>
      <span class="lane {$to}">
        <svg viewBox="0 0 66 10" aria-hidden="true" focusable="false">
          <rect class="s1" x="0" width="20" height="10" rx="2"/>
          <rect class="s2" x="23" width="20" height="10" rx="2"/>
          <rect class="s3" x="46" width="20" height="10" rx="2"/>
        </svg>
        <span><xsl:call-template name="exposure-word"><xsl:with-param name="of" select="$to"/></xsl:call-template></span>
      </span>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="exposure-word">
  <xsl:param name="of"/>
  <xsl:choose>
    <xsl:when test="$of = 'anywhere'"><xsl:value-of select="text:say('anywhere')"/></xsl:when>
    <xsl:when test="$of = 'networks'"><xsl:value-of select="text:say('some networks')"/></xsl:when>
    <xsl:when test="$of = 'host'"><xsl:value-of select="text:say('this host only')"/></xsl:when>
    <xsl:when test="$of = 'unknown'"><xsl:value-of select="text:say('not known')"/></xsl:when>
    <xsl:otherwise><xsl:value-of select="text:say('no network')"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template match="part">
  <li>
    <b>
      <xsl:choose>
        <xsl:when test="@verdict = 'accept'"><xsl:value-of select="text:say('let in')"/></xsl:when>
        <xsl:when test="@verdict = 'block'"><xsl:value-of select="text:say('kept out')"/></xsl:when>
        <xsl:when test="@verdict = 'condition'"><xsl:value-of select="text:say('let in on a condition')"/></xsl:when>
        <xsl:otherwise><xsl:value-of select="text:say('not known')"/></xsl:otherwise>
      </xsl:choose>
    </b>
    <xsl:text>: </xsl:text>
    <xsl:for-each select="sources/source">
      <xsl:if test="position() &gt; 1">, </xsl:if>
      <span class="source"><xsl:value-of select="."/></span>
    </xsl:for-each>
    <xsl:if test="@more &gt; 0"><xsl:text> </xsl:text><xsl:value-of select="text:say('and %1 more', @more)"/></xsl:if>
    <xsl:if test="condition != ''"><xsl:text> · </xsl:text><xsl:value-of select="text:say('if %1', condition)"/></xsl:if>
    <xsl:if test="why != ''"><br/><code><xsl:value-of select="why"/></code></xsl:if>
  </li>
</xsl:template>

<!-- ======================================================================= findings -->

<xsl:template name="findings">
  <xsl:if test="$failed">
    <xsl:text>&#10;</xsl:text>
    <section id="findings" aria-labelledby="findings-title">
      <h2 id="findings-title"><xsl:value-of select="text:say('Findings, worst first')"/></h2>
      <ol class="index">
        <xsl:for-each select="$failed">
          <xsl:sort select="@severity" data-type="number" order="descending"/>
          <xsl:sort select="@deduction" data-type="number" order="descending"/>
          <li class="{@band}">
            <a href="#{@id}"><span class="id"><xsl:value-of select="@id"/></span><xsl:text> </xsl:text><xsl:value-of select="title"/></a>
          </li>
        </xsl:for-each>
      </ol>
      <xsl:for-each select="$failed">
        <xsl:sort select="@severity" data-type="number" order="descending"/>
        <xsl:sort select="@deduction" data-type="number" order="descending"/>
        <xsl:apply-templates select="."/>
      </xsl:for-each>
    </section>
  </xsl:if>
</xsl:template>

<xsl:template match="finding">
  <xsl:text>&#10;</xsl:text>
  <article id="{@id}" class="finding {@band}" aria-labelledby="{@id}-title">
    <header>
      <p class="facts">
        <xsl:call-template name="band"/>
        <span class="id"><xsl:value-of select="@id"/></span>
        <xsl:if test="@exposure != 'not-applicable'">
          <span class="reach"><xsl:value-of select="text:say('reachable from:')"/><xsl:text> </xsl:text><xsl:call-template name="exposure-word"><xsl:with-param name="of" select="@exposure"/></xsl:call-template></span>
        </xsl:if>
        <xsl:if test="@status = 'fail'"><xsl:call-template name="gain"/></xsl:if>
      </p>
      <h3 id="{@id}-title"><span class="state"><xsl:value-of select="text:say('Not met:')"/><xsl:text> </xsl:text></span><xsl:value-of select="title"/></h3>
      <p class="lead"><xsl:value-of select="summary"/></p>
    </header>
    <xsl:if test="comment"><div class="own"><xsl:copy-of select="comment_html/node()"/></div></xsl:if>
    <xsl:if test="why != ''">
      <div class="matters"><h4><xsl:value-of select="text:say('Why it matters')"/></h4><xsl:copy-of select="why_html/node()"/></div>
    </xsl:if>
    <xsl:if test="override">
      <p class="minor"><xsl:value-of select="text:say('The settings of the site give it this severity instead of %1:', text:decimal(override/@severity))"/><xsl:text> </xsl:text><q><xsl:value-of select="override/reason"/></q></p>
    </xsl:if>
    <xsl:call-template name="evidence"/>
    <xsl:apply-templates select="remedy"/>
    <xsl:if test="@fingerprint != ''">
      <details class="accept">
        <summary><xsl:value-of select="text:say('Accept this risk instead')"/><span class="hidden">: <xsl:value-of select="@id"/></span></summary>
        <p class="minor"><xsl:value-of select="text:say('In ringfence.conf, with your reason and the last day. It stands open again when what fails is no longer this.')"/></p>
        <pre><code><xsl:value-of select="concat('[waiver]&#10;check = ', @id, '&#10;reason = &#10;by = &#10;until = &#10;evidence = ', @fingerprint, '&#10;')"/></code></pre>
      </details>
    </xsl:if>
    <xsl:if test="references/reference">
      <p class="references">
        <xsl:value-of select="text:say('Sources:')"/><xsl:text> </xsl:text>
        <xsl:for-each select="references/reference">
          <xsl:if test="position() &gt; 1"> · </xsl:if>
          <xsl:value-of select="."/>
        </xsl:for-each>
        <xsl:if test="@seed = 'true'"><xsl:text> · </xsl:text><xsl:value-of select="text:say('a recommendation of the seed study')"/></xsl:if>
      </p>
    </xsl:if>
  </article>
</xsl:template>

<xsl:template name="evidence">
  <xsl:variable name="items" select="evidence/item[@role != 'passes']"/>
  <xsl:if test="$items">
    <h4><xsl:value-of select="text:say('Evidence')"/></h4>
    <table class="evidence stack">
      <xsl:call-template name="evidence-head"/>
      <tbody><xsl:apply-templates select="$items[position() &lt;= $evidence-open]"/></tbody>
    </table>
    <xsl:if test="evidence/@told &gt; $evidence-open">
      <details>
        <summary><xsl:value-of select="text:say('%1 more', evidence/@told - $evidence-open)"/></summary>
        <table class="evidence stack">
          <xsl:call-template name="evidence-head"/>
          <tbody><xsl:value-of select="text:evidence-html(evidence/@of, $evidence-open)" disable-output-escaping="yes"/></tbody>
        </table>
      </details>
    </xsl:if>
  </xsl:if>
</xsl:template>

<xsl:template name="evidence-head">
  <thead><tr><th scope="col"><xsl:value-of select="text:say('What')"/></th><th scope="col"><xsl:value-of select="text:say('Seen')"/></th><th scope="col"><xsl:value-of select="text:say('Where')"/></th></tr></thead>
</xsl:template>

<xsl:template match="evidence/item">
  <xsl:text>&#10;</xsl:text>
  <tr>
    <td>
      <xsl:value-of select="@subject"/>
      <xsl:if test="@role = 'note'"><span class="minor"> (<xsl:value-of select="text:say('beside it')"/>)</span></xsl:if>
      <xsl:if test="@role = 'undecided'"><span class="minor"> (<xsl:value-of select="text:say('undecided')"/>)</span></xsl:if>
    </td>
    <td><code><xsl:value-of select="text"/></code></td>
    <td class="where">
      <xsl:choose>
        <xsl:when test="@file != ''">
          <xsl:value-of select="@file"/>
          <xsl:if test="@line != 0">:<wbr/><xsl:value-of select="@line"/></xsl:if>
        </xsl:when>
        <xsl:otherwise>–</xsl:otherwise>
      </xsl:choose>
    </td>
  </tr>
</xsl:template>

<xsl:template match="remedy">
  <xsl:if test="commands/command or ../advice != ''">
    <div class="remedy">
      <h4><xsl:value-of select="text:say('What to do')"/></h4>
      <xsl:if test="../advice != ''"><p><xsl:value-of select="../advice"/></p></xsl:if>
      <xsl:if test="commands/command">
        <p class="minor">
          <xsl:call-template name="disruption-of"/>
          <xsl:if test="restarts/unit">
            <xsl:text> </xsl:text><xsl:value-of select="text:say('Restarts:')"/><xsl:text> </xsl:text>
            <xsl:for-each select="restarts/unit"><xsl:if test="position() &gt; 1">, </xsl:if><code><xsl:value-of select="."/></code></xsl:for-each>
          </xsl:if>
          <span class="hint"><xsl:text> </xsl:text><xsl:value-of select="text:say('Click a block to select all of it.')"/></span>
        </p>
        <xsl:apply-templates select="commands"/>
      </xsl:if>
      <xsl:if test="verify/command"><h5><xsl:value-of select="text:say('See that it worked')"/></h5><xsl:apply-templates select="verify"/></xsl:if>
      <xsl:if test="undo/command"><h5><xsl:value-of select="text:say('Take it back')"/></h5><xsl:apply-templates select="undo"/></xsl:if>
    </div>
  </xsl:if>
</xsl:template>

<xsl:template name="disruption-of">
  <xsl:choose>
    <xsl:when test="@disruption = 'none'"><xsl:value-of select="text:say('It disturbs nothing that runs.')"/></xsl:when>
    <xsl:when test="@disruption = 'reload'"><xsl:value-of select="text:say('It reloads a service; calls go on.')"/></xsl:when>
    <xsl:when test="@disruption = 'restart'"><xsl:value-of select="text:say('It restarts a service.')"/></xsl:when>
    <xsl:when test="@disruption = 'calls-drop'"><xsl:value-of select="text:say('Calls in progress drop.')"/></xsl:when>
    <xsl:when test="@disruption = 'lockout-risk'"><strong><xsl:value-of select="text:say('A mistake here can lock you out: keep a second session open.')"/></strong></xsl:when>
  </xsl:choose>
</xsl:template>

<xsl:template match="commands | verify | undo">
  <pre class="copy">
    <xsl:attribute name="data-label">
      <xsl:choose>
        <xsl:when test="self::commands"><xsl:value-of select="text:say('what mends %1', ../../@id)"/></xsl:when>
        <xsl:when test="self::verify"><xsl:value-of select="text:say('what verifies %1', ../../@id)"/></xsl:when>
        <xsl:otherwise><xsl:value-of select="text:say('what undoes %1', ../../@id)"/></xsl:otherwise>
      </xsl:choose>
    </xsl:attribute>
    <code>
    <xsl:for-each select="command">
      <xsl:choose>
        <xsl:when test="starts-with(., '#')"><span class="comment"><xsl:value-of select="."/></span></xsl:when>
        <xsl:otherwise><xsl:value-of select="."/></xsl:otherwise>
      </xsl:choose>
      <xsl:text>&#10;</xsl:text>
    </xsl:for-each>
    </code>
  </pre>
</xsl:template>

<!-- ======================================================================= the rest of the checks -->

<xsl:template name="undecided">
  <xsl:if test="$undecided">
    <xsl:text>&#10;</xsl:text>
    <section id="undecided" aria-labelledby="undecided-title">
      <h2 id="undecided-title"><xsl:value-of select="text:say('Could not be decided')"/></h2>
      <p class="note"><xsl:value-of select="text:say('They cost nothing now; at worst the score is %1.', /result/score/@low)"/></p>
      <ul class="checks">
        <xsl:for-each select="$undecided">
          <xsl:sort select="@severity" data-type="number" order="descending"/>
          <xsl:text>&#10;</xsl:text>
          <li id="{@id}"><xsl:call-template name="check-line"/><p><xsl:value-of select="summary"/></p></li>
        </xsl:for-each>
      </ul>
    </section>
  </xsl:if>
</xsl:template>

<xsl:template name="accepted">
  <xsl:if test="$accepted">
    <xsl:text>&#10;</xsl:text>
    <section id="accepted" aria-labelledby="accepted-title">
      <h2 id="accepted-title"><xsl:value-of select="text:say('Accepted risks')"/></h2>
      <ul class="checks">
        <xsl:for-each select="$accepted">
          <xsl:sort select="@severity" data-type="number" order="descending"/>
          <xsl:text>&#10;</xsl:text>
          <li id="{@id}">
            <xsl:call-template name="check-line"/>
            <p><xsl:value-of select="summary"/></p>
            <p>
              <xsl:call-template name="accepted-by"/><xsl:text>: </xsl:text>
              <q><xsl:value-of select="waiver/reason"/></q>
            </p>
          </li>
        </xsl:for-each>
      </ul>
    </section>
  </xsl:if>
</xsl:template>

<xsl:template name="accepted-by">
  <xsl:choose>
    <xsl:when test="waiver/@by != '' and waiver/@until != ''"><xsl:value-of select="text:say('Accepted by %1 until %2', waiver/@by, text:date(waiver/@until))"/></xsl:when>
    <xsl:when test="waiver/@by != ''"><xsl:value-of select="text:say('Accepted by %1', waiver/@by)"/></xsl:when>
    <xsl:when test="waiver/@until != ''"><xsl:value-of select="text:say('Accepted until %1', text:date(waiver/@until))"/></xsl:when>
    <xsl:otherwise><xsl:value-of select="text:say('Accepted')"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- Somebody believes that these hold. -->
<xsl:template match="waivers">
  <xsl:text>&#10;</xsl:text>
  <section id="waivers" aria-labelledby="waivers-title">
    <h2 id="waivers-title"><xsl:value-of select="text:say('Waivers that do not hold')"/></h2>
    <table class="stack">
      <thead><tr><th scope="col"><xsl:value-of select="text:say('Check')"/></th><th scope="col"><xsl:value-of select="text:say('Subject')"/></th><th scope="col"><xsl:value-of select="text:say('Why it does not hold')"/></th><th scope="col"><xsl:value-of select="text:say('Reason given')"/></th></tr></thead>
      <tbody>
        <xsl:for-each select="waiver[@state != 'holds']">
          <xsl:text>&#10;</xsl:text>
          <tr>
            <th scope="row"><xsl:value-of select="@check"/></th>
            <td data-label="{text:say('Subject')}"><xsl:value-of select="@subject"/></td>
            <td data-label="{text:say('Why')}">
              <xsl:choose>
                <xsl:when test="@state = 'partly'"><xsl:value-of select="text:say('something else of this check fails too, so it stays open')"/></xsl:when>
                <xsl:when test="@state = 'expired'"><xsl:value-of select="text:say('its last day, %1, is over', text:date(@until))"/></xsl:when>
                <xsl:when test="@state = 'changed'"><xsl:value-of select="text:say('what it covers is not what was accepted; now it is:')"/><xsl:text> </xsl:text><code><xsl:value-of select="@evidence"/></code></xsl:when>
                <xsl:when test="@state = 'unused'"><xsl:value-of select="text:say('nothing that fails is covered by it')"/></xsl:when>
                <xsl:otherwise><xsl:value-of select="text:say('no check has such an id')"/></xsl:otherwise>
              </xsl:choose>
              <span class="minor"> (<xsl:value-of select="text:say('line %1', @line)"/>)</span>
            </td>
            <td data-label="{text:say('Reason')}"><q><xsl:value-of select="reason"/></q></td>
          </tr>
        </xsl:for-each>
      </tbody>
    </table>
  </section>
</xsl:template>

<xsl:template name="check-line">
  <p class="check"><xsl:call-template name="band"/><xsl:text> </xsl:text><span class="id"><xsl:value-of select="@id"/></span><xsl:text> </xsl:text><b><xsl:value-of select="title"/></b></p>
</xsl:template>

<xsl:template name="met">
  <xsl:text>&#10;</xsl:text>
  <section id="met" aria-labelledby="met-title">
    <h2 id="met-title"><xsl:value-of select="text:say('Met, and not applicable')"/></h2>
    <xsl:call-template name="fold">
      <xsl:with-param name="title" select="text:count('%1 requirement is met', '%1 requirements are met', count($passed))"/>
      <xsl:with-param name="findings" select="$passed"/>
    </xsl:call-template>
    <xsl:call-template name="fold">
      <xsl:with-param name="title" select="text:count('%1 does not apply to this host', '%1 do not apply to this host', count($elsewhere))"/>
      <xsl:with-param name="findings" select="$elsewhere"/>
    </xsl:call-template>
  </section>
</xsl:template>

<xsl:template name="fold">
  <xsl:param name="title"/>
  <xsl:param name="findings"/>
  <xsl:if test="$findings">
    <details class="fold">
      <summary><xsl:value-of select="$title"/></summary>
      <ul class="plain">
        <xsl:for-each select="$findings">
          <xsl:text>&#10;</xsl:text>
          <li>
            <span class="id"><xsl:value-of select="@id"/></span>
            <xsl:text> </xsl:text>
            <xsl:value-of select="title"/>
            <span class="minor"><xsl:text> </xsl:text><xsl:value-of select="summary"/></span>
          </li>
        </xsl:for-each>
      </ul>
    </details>
  </xsl:if>
</xsl:template>

<!-- ======================================================================= logins, activity, unread -->

<xsl:template match="access">
  <xsl:text>&#10;</xsl:text>
  <section id="access" aria-labelledby="access-title">
    <h2 id="access-title"><xsl:value-of select="text:say('Who can log in over SSH')"/></h2>
    <table class="stack">
      <thead><tr><th scope="col"><xsl:value-of select="text:say('Account')"/></th><th scope="col"><xsl:value-of select="text:say('With')"/></th><th scope="col"><xsl:value-of select="text:say('From')"/></th><th scope="col"><xsl:value-of select="text:say('Because of')"/></th></tr></thead>
      <tbody>
        <xsl:for-each select="login">
          <xsl:text>&#10;</xsl:text>
          <tr>
            <th scope="row"><xsl:value-of select="text:say(@who)"/></th>
            <td data-label="{text:say('With')}"><xsl:value-of select="@how"/></td>
            <td data-label="{text:say('From')}"><xsl:value-of select="@from"/></td>
            <td data-label="{text:say('Because of')}" class="where"><xsl:value-of select="why"/></td>
          </tr>
        </xsl:for-each>
      </tbody>
    </table>
  </section>
</xsl:template>

<xsl:template match="activity">
  <xsl:text>&#10;</xsl:text>
  <section id="activity" aria-labelledby="activity-title">
    <h2 id="activity-title"><xsl:value-of select="text:say('What the logs saw')"/></h2>
    <p class="note">
      <xsl:choose>
        <xsl:when test="@from = ''"><xsl:value-of select="text:say('No log with a time could be read.')"/></xsl:when>
        <xsl:otherwise>
          <xsl:value-of select="text:count('From %2 to %3 %1 address failed to get in.', 'From %2 to %3 %1 addresses failed to get in.', @attacker_total, text:date(@from), text:date(@to))"/>
          <xsl:text> </xsl:text>
          <xsl:choose>
            <xsl:when test="bans/@known = 'true'"><xsl:value-of select="text:count('%1 ban was made.', '%1 bans were made.', bans/@count)"/></xsl:when>
            <xsl:otherwise><xsl:value-of select="text:say('Bans are not known.')"/></xsl:otherwise>
          </xsl:choose>
        </xsl:otherwise>
      </xsl:choose>
    </p>
    <xsl:apply-templates select="attackers[attacker]"/>
    <xsl:apply-templates select="ban_proofs[proof]"/>
    <xsl:apply-templates select="ban_risks[risk]"/>
    <xsl:apply-templates select="logins[login]"/>
  </section>
</xsl:template>

<xsl:template match="ban_proofs">
  <h3><xsl:value-of select="text:say('Attempts until the packets drop')"/></h3>
  <table class="stack">
    <thead><tr><th scope="col"><xsl:value-of select="text:say('Attack')"/></th><th scope="col"><xsl:value-of select="text:say('Attempts')"/></th><th scope="col"><xsl:value-of select="text:say('Jail')"/></th><th scope="col"><xsl:value-of select="text:say('Because of')"/></th></tr></thead>
    <tbody>
      <xsl:for-each select="proof">
        <xsl:text>&#10;</xsl:text>
        <tr>
          <th scope="row"><xsl:value-of select="text:say(@attack)"/></th>
          <td data-label="{text:say('Attempts')}" class="number"><xsl:choose><xsl:when test="@attempts &gt; 0"><xsl:value-of select="@attempts"/></xsl:when><xsl:otherwise><xsl:value-of select="text:say('never')"/></xsl:otherwise></xsl:choose></td>
          <td data-label="{text:say('Jail')}"><xsl:value-of select="@jail"/></td>
          <td data-label="{text:say('Because of')}"><xsl:value-of select="text:say(why)"/></td>
        </tr>
      </xsl:for-each>
    </tbody>
  </table>
</xsl:template>

<xsl:template match="ban_risks">
  <h3><xsl:value-of select="text:say('Would they be banned, too?')"/></h3>
  <table class="stack">
    <thead><tr><th scope="col"><xsl:value-of select="text:say('Who')"/></th><th scope="col"><xsl:value-of select="text:say('Address')"/></th><th scope="col"><xsl:value-of select="text:say('Banned')"/></th><th scope="col"><xsl:value-of select="text:say('Jail')"/></th><th scope="col"><xsl:value-of select="text:say('Because of')"/></th></tr></thead>
    <tbody>
      <xsl:for-each select="risk">
        <xsl:text>&#10;</xsl:text>
        <tr>
          <th scope="row"><xsl:value-of select="text:say(@who)"/></th>
          <td data-label="{text:say('Address')}"><xsl:value-of select="@address"/></td>
          <td data-label="{text:say('Banned')}"><xsl:choose><xsl:when test="@banned = 'unknown'"><xsl:value-of select="text:say('not known')"/></xsl:when><xsl:otherwise><xsl:value-of select="text:say(@banned)"/></xsl:otherwise></xsl:choose></td>
          <td data-label="{text:say('Jail')}"><xsl:value-of select="@jail"/></td>
          <td data-label="{text:say('Because of')}"><xsl:value-of select="text:say(why)"/></td>
        </tr>
      </xsl:for-each>
    </tbody>
  </table>
</xsl:template>

<xsl:template match="attackers">
  <xsl:variable name="most">
    <xsl:for-each select="attacker">
      <xsl:sort select="@events" data-type="number" order="descending"/>
      <xsl:if test="position() = 1"><xsl:value-of select="@events"/></xsl:if>
    </xsl:for-each>
  </xsl:variable>
  <xsl:call-template name="timeline"/>
  <h3><xsl:value-of select="text:say('Busiest attackers')"/></h3>
  <xsl:call-template name="attacker-table">
    <xsl:with-param name="rows" select="attacker[position() &lt;= $attackers-open]"/>
    <xsl:with-param name="most" select="$most"/>
  </xsl:call-template>
  <xsl:if test="count(attacker) &gt; $attackers-open">
    <details>
      <summary><xsl:value-of select="text:say('%1 more', count(attacker) - $attackers-open)"/></summary>
      <xsl:call-template name="attacker-table">
        <xsl:with-param name="rows" select="attacker[position() &gt; $attackers-open]"/>
        <xsl:with-param name="most" select="$most"/>
      </xsl:call-template>
    </details>
  </xsl:if>
</xsl:template>

<!-- When the busiest came, from the first to the last attempt; the table below says the same. -->
<xsl:template name="timeline">
  <xsl:variable name="from" select="text:seconds(../@from)"/>
  <xsl:variable name="span" select="text:seconds(../@to) - $from"/>
  <xsl:variable name="rows" select="attacker[position() &lt;= $attackers-open]"/>
  <xsl:if test="$span &gt; 0">
    <h3><xsl:value-of select="text:say('When they came')"/></h3>
    <svg class="timeline" viewBox="0 0 640 {20 * count($rows) + 24}" role="img" aria-label="{text:say('First to last attempt of the %1 busiest addresses, %2 to %3', count($rows), text:day(../@from), text:day(../@to))}">
      <xsl:for-each select="$rows">
        <xsl:variable name="first" select="text:seconds(@first) - $from"/>
        <xsl:variable name="last" select="text:seconds(@last) - $from"/>
        <text x="0" y="{20 * position() - 5}"><xsl:value-of select="substring(@address, 1, 28)"/></text>
        <line x1="200" x2="636" y1="{20 * position() - 9}" y2="{20 * position() - 9}"/>
        <xsl:if test="$first &gt;= 0 and $last &gt;= $first and $last &lt;= $span">
          <rect class="{@banned}" y="{20 * position() - 14}" height="10" rx="2"
                x="{format-number(200 + 430 * $first div $span, '0.#')}" width="{format-number(6 + 430 * ($last - $first) div $span, '0.#')}"/>
        </xsl:if>
      </xsl:for-each>
      <text x="200" y="{20 * count($rows) + 18}"><xsl:value-of select="text:day(../@from)"/></text>
      <text x="636" y="{20 * count($rows) + 18}" text-anchor="end"><xsl:value-of select="text:day(../@to)"/></text>
    </svg>
  </xsl:if>
</xsl:template>

<xsl:template name="attacker-table">
  <xsl:param name="rows"/>
  <xsl:param name="most"/>
  <table class="attackers stack">
    <thead><tr><th scope="col"><xsl:value-of select="text:say('Address')"/></th><th scope="col"><xsl:value-of select="text:say('Attempts')"/></th><th scope="col"><xsl:value-of select="text:say('What they tried')"/></th><th scope="col"><xsl:value-of select="text:say('Last seen')"/></th><th scope="col"><xsl:value-of select="text:say('Banned')"/></th></tr></thead>
    <tbody>
      <xsl:for-each select="$rows">
        <xsl:text>&#10;</xsl:text>
        <tr>
          <th scope="row"><xsl:value-of select="@address"/></th>
          <td data-label="{text:say('Attempts')}" class="number">
            <xsl:value-of select="@events"/>
            <xsl:if test="$most &gt; 0">
              <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false">
                <rect width="{format-number(100 * @events div $most, '0.##')}" height="4"/>
              </svg>
            </xsl:if>
          </td>
          <td data-label="{text:say('What they tried')}"><xsl:value-of select="@kinds"/></td>
          <td data-label="{text:say('Last seen')}"><xsl:call-template name="time"><xsl:with-param name="value" select="@last"/></xsl:call-template></td>
          <td data-label="{text:say('Banned')}"><xsl:choose><xsl:when test="@banned = 'unknown'"><xsl:value-of select="text:say('not known')"/></xsl:when><xsl:otherwise><xsl:value-of select="text:say(@banned)"/></xsl:otherwise></xsl:choose></td>
        </tr>
      </xsl:for-each>
    </tbody>
  </table>
</xsl:template>

<xsl:template match="logins">
  <h3><xsl:value-of select="text:say('Logins that worked')"/></h3>
  <table class="stack">
    <thead><tr><th scope="col"><xsl:value-of select="text:say('When')"/></th><th scope="col"><xsl:value-of select="text:say('Account')"/></th><th scope="col"><xsl:value-of select="text:say('From')"/></th><th scope="col"><xsl:value-of select="text:say('With')"/></th></tr></thead>
    <tbody>
      <xsl:for-each select="login">
        <xsl:text>&#10;</xsl:text>
        <tr>
          <td><xsl:call-template name="time"><xsl:with-param name="value" select="@when"/></xsl:call-template></td>
          <td data-label="{text:say('Account')}"><xsl:value-of select="@account"/></td>
          <td data-label="{text:say('From')}"><xsl:value-of select="@address"/></td>
          <td data-label="{text:say('With')}"><xsl:value-of select="@method"/></td>
        </tr>
      </xsl:for-each>
    </tbody>
  </table>
</xsl:template>

<xsl:template match="unread">
  <xsl:text>&#10;</xsl:text>
  <section id="unread" aria-labelledby="unread-title">
    <h2 id="unread-title"><xsl:value-of select="text:say('What could not be read')"/></h2>
    <table class="stack">
      <thead><tr><th scope="col"><xsl:value-of select="text:say('What')"/></th><th scope="col"><xsl:value-of select="text:say('Why')"/></th><th scope="col"><xsl:value-of select="text:say('To read it')"/></th></tr></thead>
      <tbody>
        <xsl:for-each select="fact">
          <xsl:text>&#10;</xsl:text>
          <tr>
            <th scope="row" class="where"><xsl:value-of select="@what"/></th>
            <td data-label="{text:say('Why')}"><xsl:value-of select="why"/></td>
            <td data-label="{text:say('To read it')}"><xsl:choose><xsl:when test="to_read_it != ''"><xsl:value-of select="to_read_it"/></xsl:when><xsl:otherwise>–</xsl:otherwise></xsl:choose></td>
          </tr>
        </xsl:for-each>
      </tbody>
    </table>
  </section>
</xsl:template>

<!-- ======================================================================= the score explained -->

<xsl:template name="score">
  <xsl:text>&#10;</xsl:text>
  <section id="score" aria-labelledby="score-title">
    <h2 id="score-title"><xsl:value-of select="text:say('How the score is computed')"/></h2>
    <p>
      <xsl:value-of select="text:say('Each requirement that is not met deducts s × e × m points. s is its severity: critical 40, high 15, medium 5, low 1. e is who can reach it: 1 from anywhere (or where that is not known, or no network matters), ½ from some networks, ¼ from this host only. m grows with the number of accounts, ports or rules concerned, from 1 to at most 2. Together they are D = %1, and 100 × 2^(−D/50) makes %2.', text:number(score/@deduction), score/@raw)"/>
    </p>
    <p>
      <xsl:value-of select="text:say('Three caps hold it down: 39 while anything critical is open, 69 while anything high can be reached from anywhere, 84 while less than 80 % of what applies could be decided. Grades: A from 90, B from 75, C from 60, D from 40, else F.')"/>
      <xsl:text> </xsl:text>
      <xsl:value-of select="text:say('%1 % of the decided requirements are met; that number is not part of the score.', text:number(100 * score/@pass_rate))"/>
    </p>
    <xsl:if test="score/groups/group">
      <h3><xsl:value-of select="text:say('By area')"/></h3>
      <table class="areas stack">
        <thead><tr><th scope="col"><xsl:value-of select="text:say('Area')"/></th><th scope="col"><xsl:value-of select="text:say('Score alone')"/></th><th scope="col"><xsl:value-of select="text:say('Not met')"/></th><th scope="col"><xsl:value-of select="text:say('Met')"/></th><th scope="col"><xsl:value-of select="text:say('Undecided')"/></th></tr></thead>
        <tbody>
          <xsl:for-each select="score/groups/group">
            <xsl:sort select="@value" data-type="number"/>
            <xsl:text>&#10;</xsl:text>
            <tr>
              <th scope="row"><xsl:value-of select="@title"/><span class="minor"><xsl:text> </xsl:text><xsl:value-of select="@id"/></span></th>
              <td data-label="{text:say('Score alone')}" class="number">
                <xsl:value-of select="@value"/>
                <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect width="{@value}" height="4"/></svg>
              </td>
              <td data-label="{text:say('Not met')}" class="number"><xsl:value-of select="@fail"/></td>
              <td data-label="{text:say('Met')}" class="number"><xsl:value-of select="@pass"/></td>
              <td data-label="{text:say('Undecided')}" class="number"><xsl:value-of select="@unknown"/></td>
            </tr>
          </xsl:for-each>
        </tbody>
      </table>
    </xsl:if>
  </section>
</xsl:template>

<!-- ======================================================================= words -->

<xsl:template name="words">
  <xsl:text>&#10;</xsl:text>
  <section id="words" aria-labelledby="words-title">
    <h2 id="words-title"><xsl:value-of select="text:say('Words in this report')"/></h2>
    <dl class="words">
      <dt><xsl:value-of select="text:say('Accepted risk')"/></dt><dd><xsl:value-of select="text:say('A finding that the owner decided to live with, with a reason and usually an end.')"/></dd>
      <dt><xsl:value-of select="text:say('AMI, ARI')"/></dt><dd><xsl:value-of select="text:say('Doors by which programs steer Asterisk. Whoever gets in can place calls and read secrets.')"/></dd>
      <dt><xsl:value-of select="text:say('Coverage')"/></dt><dd><xsl:value-of select="text:say('How much of what applies to this host could be decided from what was readable.')"/></dd>
      <dt><xsl:value-of select="text:say('Dialplan, context')"/></dt><dd><xsl:value-of select="text:say(&quot;Asterisk's list of what a call may do, in parts; the part a caller starts in bounds what he reaches.&quot;)"/></dd>
      <dt><xsl:value-of select="text:say('Exposure')"/></dt><dd><xsl:value-of select="text:say(&quot;Who gets to a thing through this host's own firewall and sockets. Firewalls in front of the host are not seen.&quot;)"/></dd>
      <dt><xsl:value-of select="text:say('fail2ban')"/></dt><dd><xsl:value-of select="text:say('A program that reads logs and shuts out addresses that fail too often.')"/></dd>
      <dt><xsl:value-of select="text:say('Peer, friend, endpoint')"/></dt><dd><xsl:value-of select="text:say('An account of a phone or a provider in Asterisk.')"/></dd>
      <dt><xsl:value-of select="text:say('Severity')"/></dt><dd><xsl:value-of select="text:say('0 to 10, from how likely a thing is used and what it does then. Critical from 9, high from 7, medium from 4.')"/></dd>
      <dt><xsl:value-of select="text:say('SIP')"/></dt><dd><xsl:value-of select="text:say('The protocol by which calls are set up; usually port 5060. Toll fraud begins there.')"/></dd>
      <dt><xsl:value-of select="text:say('Trunk')"/></dt><dd><xsl:value-of select="text:say('The line to a provider, on which calls cost money.')"/></dd>
      <dt><xsl:value-of select="text:say('Undecided')"/></dt><dd><xsl:value-of select="text:say('What a check needs could not be read. It is not taken for met.')"/></dd>
    </dl>
  </section>
</xsl:template>

<xsl:template name="colophon">
  <xsl:text>&#10;</xsl:text>
  <footer class="colophon">
    <xsl:if test="handout/@confidentiality != ''"><p class="confidential"><xsl:value-of select="handout/@confidentiality"/></p></xsl:if>
    <p>
      <xsl:variable name="tool" select="concat(tool/@name, ' ', tool/@version)"/>
      <xsl:choose>
        <xsl:when test="target/@kind = 'local'"><xsl:value-of select="text:say('%1 read the host it ran on, and changed nothing on it.', $tool)"/></xsl:when>
        <xsl:when test="target/@kind = 'ssh'"><xsl:value-of select="text:say('%1 read the host over SSH, and changed nothing on it.', $tool)"/></xsl:when>
        <xsl:otherwise><xsl:value-of select="text:say('%1 read what was collected from the host, and changed nothing on it.', $tool)"/></xsl:otherwise>
      </xsl:choose>
      <xsl:if test="target/@seconds &gt; 0">
        <xsl:text> </xsl:text>
        <xsl:value-of select="text:say('That took %1 seconds.', text:decimal(target/@seconds))"/>
      </xsl:if>
      <xsl:text> </xsl:text>
      <xsl:value-of select="text:say('Secrets stand in no report.')"/>
    </p>
  </footer>
</xsl:template>

<!-- "2026-11-24T13:48:07Z" as "2026-11-24 13:48 UTC". -->
<xsl:template name="time">
  <xsl:param name="value"/>
  <xsl:choose>
    <xsl:when test="string-length($value) = 20 and substring($value, 11, 1) = 'T'">
      <time datetime="{$value}"><xsl:value-of select="text:date($value)"/></time>
    </xsl:when>
    <xsl:otherwise><xsl:value-of select="$value"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

</xsl:stylesheet>
