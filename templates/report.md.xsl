<?xml version="1.0" encoding="UTF-8"?>
<!--
  SPDX-License-Identifier: Apache-2.0

  The Markdown report. Every text of the result goes through a function of the namespace "text"
  (reports/template.h): text:markdown in running text, text:code in code spans, text:cell in tables,
  text:block for commands. Nothing else may print a text that a host could have written.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:text="urn:ringfence:template:1">

<xsl:output method="text" encoding="UTF-8"/>

<xsl:key name="finding" match="finding" use="@id"/>

<xsl:variable name="failed" select="/result/findings/finding[@status = 'fail']"/>
<xsl:variable name="undecided" select="/result/findings/finding[@status = 'unknown']"/>
<xsl:variable name="accepted" select="/result/findings/finding[@status = 'waived']"/>
<xsl:variable name="passed" select="/result/findings/finding[@status = 'pass']"/>
<xsl:variable name="elsewhere" select="/result/findings/finding[@status = 'not-applicable']"/>
<xsl:variable name="newline" select="'&#10;'"/>

<xsl:template match="/result">
  <xsl:value-of select="concat('# Hardening audit of ', text:markdown(target/@name), $newline, $newline)"/>
  <xsl:call-template name="about"/>
  <xsl:value-of select="concat('**', score/@value, ' of 100, grade ', score/@grade, '.** ')"/>
  <xsl:call-template name="caps"/>
  <xsl:value-of select="concat($newline, $newline)"/>
  <xsl:call-template name="counts"/>
  <xsl:if test="handout/introduction != ''"><xsl:value-of select="concat($newline, text:inline(handout/introduction), $newline)"/></xsl:if>
  <xsl:call-template name="first-steps"/>
  <xsl:apply-templates select="score/next"/>
  <xsl:apply-templates select="services[service]"/>
  <xsl:apply-templates select="changes"/>
  <xsl:apply-templates select="history[run[2]]"/>
  <xsl:call-template name="findings"/>
  <xsl:call-template name="undecided"/>
  <xsl:call-template name="accepted"/>
  <xsl:apply-templates select="waivers[waiver/@state != 'holds']"/>
  <xsl:apply-templates select="access[login]"/>
  <xsl:apply-templates select="activity[@from != '']"/>
  <xsl:apply-templates select="unread[fact]"/>
  <xsl:call-template name="names">
    <xsl:with-param name="title" select="'Met'"/><xsl:with-param name="findings" select="$passed"/>
  </xsl:call-template>
  <xsl:call-template name="names">
    <xsl:with-param name="title" select="'Not applicable'"/><xsl:with-param name="findings" select="$elsewhere"/>
  </xsl:call-template>
  <xsl:call-template name="score"/>
  <xsl:if test="handout/closing != ''"><xsl:value-of select="concat($newline, text:inline(handout/closing), $newline)"/></xsl:if>
  <xsl:if test="handout/@confidentiality != ''"><xsl:value-of select="concat($newline, text:markdown(handout/@confidentiality), $newline)"/></xsl:if>
</xsl:template>

<xsl:template name="heading">
  <xsl:param name="text"/>
  <xsl:value-of select="concat($newline, '## ', $text, $newline, $newline)"/>
</xsl:template>

<xsl:template name="about">
  <xsl:if test="target/pbx/@name != ''">
    <xsl:value-of select="concat(text:markdown(concat(target/pbx/@name, ' ', target/pbx/@version)), '; ')"/>
  </xsl:if>
  <xsl:if test="target/@role != ''"><xsl:value-of select="concat(text:markdown(target/@role), '; ')"/></xsl:if>
  <xsl:if test="target/@os != ''"><xsl:value-of select="concat(text:markdown(target/@os), '; ')"/></xsl:if>
  <xsl:value-of select="concat(text:markdown(target/@started), '; ', text:markdown(concat(tool/@name, ' ', tool/@version)), $newline, $newline)"/>
</xsl:template>

<xsl:template name="caps">
  <xsl:if test="score/capped_by/cap">
    <xsl:text>Held there by </xsl:text>
    <xsl:for-each select="score/capped_by/cap">
      <xsl:if test="position() &gt; 1">, </xsl:if>
      <xsl:value-of select="text:markdown(.)"/>
    </xsl:for-each>
    <xsl:value-of select="concat('; without the cap ', score/@raw, '. ')"/>
  </xsl:if>
  <xsl:if test="score/@low != score/@value"><xsl:value-of select="concat('At worst ', score/@low, '. ')"/></xsl:if>
  <xsl:if test="score/@unwaived != score/@value"><xsl:value-of select="concat('Without accepted risks ', score/@unwaived, '. ')"/></xsl:if>
  <xsl:value-of select="concat(format-number(100 * score/@coverage, '0.#'), ' % of the checks that apply were decided.')"/>
</xsl:template>

<xsl:template name="counts">
  <xsl:value-of select="concat('| critical | high | medium | low | met | undecided | accepted |', $newline)"/>
  <xsl:value-of select="concat('|---:|---:|---:|---:|---:|---:|---:|', $newline)"/>
  <xsl:value-of select="concat('| ', count($failed[@band = 'critical']), ' | ', count($failed[@band = 'high']), ' | ',
                               count($failed[@band = 'medium']), ' | ', count($failed[@band = 'low']), ' | ',
                               count($passed), ' | ', count($undecided), ' | ', count($accepted), ' |', $newline)"/>
</xsl:template>

<xsl:template name="gain">
  <xsl:choose>
    <xsl:when test="@gain = 1">gains 1 point</xsl:when>
    <xsl:when test="@gain &gt; 1"><xsl:value-of select="concat('gains ', @gain, ' points')"/></xsl:when>
    <xsl:when test="/result/score/capped_by/cap">gains once no cap holds</xsl:when>
    <xsl:otherwise><xsl:value-of select="concat('removes ', format-number(@deduction, '0.#'), ' penalty points')"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="first-steps">
  <xsl:if test="$failed">
    <xsl:call-template name="heading"><xsl:with-param name="text" select="'Do first'"/></xsl:call-template>
    <xsl:for-each select="$failed">
      <xsl:sort select="@gain" data-type="number" order="descending"/>
      <xsl:sort select="@deduction" data-type="number" order="descending"/>
      <xsl:sort select="@severity" data-type="number" order="descending"/>
      <xsl:if test="position() &lt;= 3">
        <xsl:value-of select="concat(position(), '. **', text:markdown(title), '** (', text:markdown(@id), ', ')"/>
        <xsl:call-template name="gain"/>
        <xsl:value-of select="concat(')', $newline, '   ', text:markdown(summary), $newline)"/>
      </xsl:if>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

<xsl:template match="next">
  <xsl:call-template name="heading"><xsl:with-param name="text" select="concat('The shortest way to grade ', @grade)"/></xsl:call-template>
  <xsl:value-of select="concat('Then the score is ', @value, '. Those that gain most for what they disturb stand first.', $newline, $newline)"/>
  <xsl:for-each select="findings/id">
    <xsl:variable name="id" select="."/>
    <xsl:value-of select="concat(position(), '. ', text:markdown(.), ' ', text:markdown(key('finding', $id)/title), $newline)"/>
  </xsl:for-each>
</xsl:template>

<xsl:template match="changes">
  <xsl:call-template name="heading"><xsl:with-param name="text" select="'What changed'"/></xsl:call-template>
  <xsl:value-of select="concat('Since ', text:markdown(@started), ', when the score was ', @value, ', grade ', @grade, '; ', @same, ' findings are as before.', $newline)"/>
  <xsl:if test="findings/change">
    <xsl:value-of select="concat($newline, '| change | requirement | more | fewer |', $newline, '|---|---|---:|---:|', $newline)"/>
    <xsl:for-each select="findings/change">
      <xsl:value-of select="concat('| ', @change, ' | ', text:markdown(@id), ' ', text:markdown(title), ' | ', @subjects_new, ' | ', @subjects_gone, ' |', $newline)"/>
    </xsl:for-each>
  </xsl:if>
  <xsl:if test="services/change">
    <xsl:value-of select="concat($newline, '| service | IPv4 before | now | IPv6 before | now |', $newline, '|---|---|---|---|---|', $newline)"/>
    <xsl:for-each select="services/change">
      <xsl:value-of select="concat('| ', text:markdown(@proto), ' ', @port, ' ', text:markdown(@process))"/>
      <xsl:for-each select="@ipv4_before | @ipv4_after | @ipv6_before | @ipv6_after">
        <xsl:text> | </xsl:text>
        <xsl:call-template name="reach"><xsl:with-param name="of" select="."/></xsl:call-template>
      </xsl:for-each>
      <xsl:value-of select="concat(' |', $newline)"/>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

<xsl:template match="history">
  <xsl:call-template name="heading"><xsl:with-param name="text" select="'The score over time'"/></xsl:call-template>
  <xsl:value-of select="concat('| started | score | critical | high | medium | low | undecided |', $newline, '|---|---:|---:|---:|---:|---:|---:|', $newline)"/>
  <xsl:for-each select="run">
    <xsl:value-of select="concat('| ', text:markdown(@started), ' | ', @value, ' ', @grade, ' | ', @critical, ' | ', @high, ' | ', @medium, ' | ', @minor, ' | ', @unknown, ' |', $newline)"/>
  </xsl:for-each>
</xsl:template>

<xsl:template match="waivers">
  <xsl:call-template name="heading"><xsl:with-param name="text" select="'Waivers that do not hold'"/></xsl:call-template>
  <xsl:for-each select="waiver[@state != 'holds']">
    <xsl:value-of select="concat('- **', text:markdown(@check), '**, subject ', text:code(@subject), ' (line ', @line, '): ')"/>
    <xsl:choose>
      <xsl:when test="@state = 'partly'">something else of this check fails too, so it stays open.</xsl:when>
      <xsl:when test="@state = 'expired'">its last day is over.</xsl:when>
      <xsl:when test="@state = 'changed'">what it covers is not what was accepted.</xsl:when>
      <xsl:when test="@state = 'unused'">nothing that fails is covered by it.</xsl:when>
      <xsl:otherwise>no check has such an id.</xsl:otherwise>
    </xsl:choose>
    <xsl:value-of select="concat(' Reason given: ', text:markdown(reason), $newline)"/>
  </xsl:for-each>
</xsl:template>

<xsl:template name="reach">
  <xsl:param name="of"/>
  <xsl:choose>
    <xsl:when test="$of = 'anywhere'">**anywhere**</xsl:when>
    <xsl:when test="$of = 'networks'">some networks</xsl:when>
    <xsl:when test="$of = 'host'">this host only</xsl:when>
    <xsl:when test="$of = 'unknown'">not known</xsl:when>
    <xsl:otherwise>–</xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template match="services">
  <xsl:call-template name="heading"><xsl:with-param name="text" select="'Who can reach what'"/></xsl:call-template>
  <xsl:value-of select="concat('| service | process | IPv4 | IPv6 |', $newline, '|---|---|---|---|', $newline)"/>
  <xsl:apply-templates select="service[@exposure = 'anywhere']"/>
  <xsl:apply-templates select="service[@exposure = 'unknown']"/>
  <xsl:apply-templates select="service[@exposure = 'networks']"/>
  <xsl:apply-templates select="service[@exposure = 'host']"/>
  <xsl:apply-templates select="service[@exposure = 'not-applicable']"/>
</xsl:template>

<xsl:template match="service">
  <xsl:value-of select="concat('| ', text:markdown(@proto))"/>
  <xsl:if test="@port != 0"><xsl:value-of select="concat(' ', @port)"/></xsl:if>
  <xsl:value-of select="concat(' ', text:markdown(@name), ' | ', text:markdown(@process), ' | ')"/>
  <xsl:call-template name="reach"><xsl:with-param name="of" select="@exposure_ipv4"/></xsl:call-template>
  <xsl:text> | </xsl:text>
  <xsl:call-template name="reach"><xsl:with-param name="of" select="@exposure_ipv6"/></xsl:call-template>
  <xsl:value-of select="concat(' |', $newline)"/>
</xsl:template>

<xsl:template name="findings">
  <xsl:if test="$failed">
    <xsl:call-template name="heading"><xsl:with-param name="text" select="'Findings, worst first'"/></xsl:call-template>
    <xsl:for-each select="$failed">
      <xsl:sort select="@severity" data-type="number" order="descending"/>
      <xsl:sort select="@deduction" data-type="number" order="descending"/>
      <xsl:if test="position() &gt; 1"><xsl:value-of select="$newline"/></xsl:if>
      <xsl:apply-templates select="."/>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

<xsl:template match="finding">
  <xsl:value-of select="concat('### ', text:markdown(@id), ': ', text:markdown(title), $newline, $newline)"/>
  <xsl:value-of select="concat('Not met. **', @band, ' ', @severity, '**')"/>
  <xsl:if test="@exposure != 'not-applicable'">
    <xsl:text>, reachable from: </xsl:text>
    <xsl:call-template name="reach"><xsl:with-param name="of" select="@exposure"/></xsl:call-template>
  </xsl:if>
  <xsl:text>, </xsl:text>
  <xsl:call-template name="gain"/>
  <xsl:value-of select="concat('.', $newline, $newline, text:markdown(summary), $newline, $newline)"/>
  <xsl:if test="comment"><xsl:value-of select="concat(text:inline(comment), $newline, $newline)"/></xsl:if>
  <xsl:if test="why != ''"><xsl:value-of select="concat('Why it matters: ', text:inline(why), $newline, $newline)"/></xsl:if>
  <xsl:if test="override"><xsl:value-of select="concat('The settings of the site give it this severity instead of ', override/@severity, ': ', text:markdown(override/reason), $newline, $newline)"/></xsl:if>
  <xsl:if test="evidence/@told &gt; 0"><xsl:value-of select="concat(text:evidence-markdown(evidence/@of, 0), $newline)"/></xsl:if>
  <xsl:if test="advice != ''"><xsl:value-of select="concat('What to do: ', text:markdown(advice), $newline, $newline)"/></xsl:if>
  <xsl:apply-templates select="remedy/commands[command]"/>
  <xsl:apply-templates select="remedy/verify[command]"/>
  <xsl:apply-templates select="remedy/undo[command]"/>
  <xsl:if test="references/reference">
    <xsl:text>Sources: </xsl:text>
    <xsl:for-each select="references/reference">
      <xsl:if test="position() &gt; 1">; </xsl:if>
      <xsl:value-of select="text:markdown(.)"/>
    </xsl:for-each>
    <xsl:value-of select="$newline"/>
  </xsl:if>
</xsl:template>

<xsl:template match="commands">
  <xsl:text>What to type</xsl:text>
  <xsl:choose>
    <xsl:when test="../@disruption = 'none'"> (disturbs nothing)</xsl:when>
    <xsl:when test="../@disruption = 'reload'"> (reloads a service; calls go on)</xsl:when>
    <xsl:when test="../@disruption = 'restart'"> (restarts a service)</xsl:when>
    <xsl:when test="../@disruption = 'calls-drop'"> (calls in progress drop)</xsl:when>
    <xsl:when test="../@disruption = 'lockout-risk'"> (**a mistake can lock you out: keep a second session open**)</xsl:when>
  </xsl:choose>
  <xsl:value-of select="concat(':', $newline, $newline, text:block(command, 'sh', ''), $newline)"/>
</xsl:template>

<xsl:template match="verify">
  <xsl:value-of select="concat('See that it worked:', $newline, $newline, text:block(command, 'sh', ''), $newline)"/>
</xsl:template>

<xsl:template match="undo">
  <xsl:value-of select="concat('Take it back:', $newline, $newline, text:block(command, 'sh', ''), $newline)"/>
</xsl:template>

<xsl:template name="undecided">
  <xsl:if test="$undecided">
    <xsl:call-template name="heading"><xsl:with-param name="text" select="'Could not be decided'"/></xsl:call-template>
    <xsl:for-each select="$undecided">
      <xsl:sort select="@severity" data-type="number" order="descending"/>
      <xsl:value-of select="concat('- **', text:markdown(@id), '** ', text:markdown(title), ': ', text:markdown(summary), $newline)"/>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

<xsl:template name="accepted">
  <xsl:if test="$accepted">
    <xsl:call-template name="heading"><xsl:with-param name="text" select="'Accepted risks'"/></xsl:call-template>
    <xsl:for-each select="$accepted">
      <xsl:sort select="@severity" data-type="number" order="descending"/>
      <xsl:value-of select="concat('- **', text:markdown(@id), '** ', text:markdown(title), ': ', text:markdown(summary), ' Accepted')"/>
      <xsl:if test="waiver/@by != ''"><xsl:value-of select="concat(' by ', text:markdown(waiver/@by))"/></xsl:if>
      <xsl:if test="waiver/@until != ''"><xsl:value-of select="concat(' until ', text:markdown(waiver/@until))"/></xsl:if>
      <xsl:value-of select="concat(': ', text:markdown(waiver/reason), $newline)"/>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

<xsl:template match="access">
  <xsl:call-template name="heading"><xsl:with-param name="text" select="'Who can log in over SSH'"/></xsl:call-template>
  <xsl:value-of select="concat('| account | with | from | because of |', $newline, '|---|---|---|---|', $newline)"/>
  <xsl:for-each select="login">
    <xsl:value-of select="concat('| ', text:markdown(@who), ' | ', text:markdown(@how), ' | ', text:markdown(@from), ' | ', text:cell(why), ' |', $newline)"/>
  </xsl:for-each>
</xsl:template>

<xsl:template match="activity">
  <xsl:call-template name="heading"><xsl:with-param name="text" select="'What the logs saw'"/></xsl:call-template>
  <xsl:value-of select="concat('From ', text:markdown(@from), ' to ', text:markdown(@to), ': ', @attacker_total, ' addresses failed to get in; ')"/>
  <xsl:choose>
    <xsl:when test="bans/@known = 'true'"><xsl:value-of select="concat(bans/@count, ' bans were made.')"/></xsl:when>
    <xsl:otherwise>bans are not known.</xsl:otherwise>
  </xsl:choose>
  <xsl:value-of select="$newline"/>
  <xsl:if test="attackers/attacker">
    <xsl:value-of select="concat($newline, '| address | attempts | what they tried | last seen | banned |', $newline, '|---|---:|---|---|---|', $newline)"/>
    <xsl:for-each select="attackers/attacker">
      <xsl:value-of select="concat('| ', text:markdown(@address), ' | ', @events, ' | ', text:markdown(@kinds), ' | ', text:markdown(@last), ' | ', @banned, ' |', $newline)"/>
    </xsl:for-each>
  </xsl:if>
  <xsl:if test="logins/login">
    <xsl:value-of select="concat($newline, 'Logins that worked:', $newline, $newline, '| when | account | from | with |', $newline, '|---|---|---|---|', $newline)"/>
    <xsl:for-each select="logins/login">
      <xsl:value-of select="concat('| ', text:markdown(@when), ' | ', text:cell(@account), ' | ', text:markdown(@address), ' | ', text:markdown(@method), ' |', $newline)"/>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

<xsl:template match="unread">
  <xsl:call-template name="heading"><xsl:with-param name="text" select="'Could not be read'"/></xsl:call-template>
  <xsl:for-each select="fact">
    <xsl:value-of select="concat('- ', text:code(@what), ': ', text:markdown(why))"/>
    <xsl:if test="to_read_it != ''"><xsl:value-of select="concat(' (', text:markdown(to_read_it), ')')"/></xsl:if>
    <xsl:value-of select="$newline"/>
  </xsl:for-each>
</xsl:template>

<xsl:template name="names">
  <xsl:param name="title"/>
  <xsl:param name="findings"/>
  <xsl:if test="$findings">
    <xsl:call-template name="heading"><xsl:with-param name="text" select="$title"/></xsl:call-template>
    <xsl:for-each select="$findings">
      <xsl:value-of select="concat('- ', text:markdown(@id), ' ', text:markdown(title), $newline)"/>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

<xsl:template name="score">
  <xsl:call-template name="heading"><xsl:with-param name="text" select="'How the score is computed'"/></xsl:call-template>
  <xsl:text>Each requirement that is not met deducts s × e × m points: s by severity (critical 40, high 15, medium 5,
low 1); e by who can reach it (1 anywhere, not known, or no network matters; 1/2 some networks; 1/4 this
host only); m from 1 to 2 by the number of accounts, ports or rules concerned. Their sum here is
D = </xsl:text>
  <xsl:value-of select="score/@deduction"/>
  <xsl:text>, and 100 × 2^(−D/50) makes </xsl:text>
  <xsl:value-of select="score/@raw"/>
  <xsl:text>. Caps: 39 while anything critical is open, 69 while
anything high can be reached from anywhere, 84 while under 80 % of what applies could be decided.
Grades: A from 90, B from 75, C from 60, D from 40, else F.
</xsl:text>
  <xsl:if test="score/groups/group">
    <xsl:value-of select="concat($newline, '| area | score alone | not met | met | undecided |', $newline, '|---|---:|---:|---:|---:|', $newline)"/>
    <xsl:for-each select="score/groups/group">
      <xsl:value-of select="concat('| ', text:markdown(@title), ' | ', @value, ' | ', @fail, ' | ', @pass, ' | ', @unknown, ' |', $newline)"/>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

</xsl:stylesheet>
