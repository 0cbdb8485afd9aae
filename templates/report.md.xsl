<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:text="urn:ringfence:template:1">
<xsl:output method="text" encoding="UTF-8"/>
<xsl:template match="/result"># <xsl:value-of select="text:markdown(target/@name)"/><xsl:text>&#10;</xsl:text></xsl:template>
</xsl:stylesheet>
